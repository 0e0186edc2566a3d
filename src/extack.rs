//! Extended acknowledgement: what the kernel says of its refusal beside the error number.
use crate::{
    Refusal,
    wire::{HEADER_LEN, Nest, Schema, Str, Text},
};

crate::table! {
    /// The attributes of an error message (`NLMSGERR_ATTR_*` of `linux/netlink.h`).
    table ExtAckTable "extack";
    /// What the kernel says of its refusal.
    view ExtAck;
    /// Nobody sends these.
    request ExtAckData;

    ro 1 NLMSGERR_ATTR_MSG message: Text<'_> as Str = "The kernel's sentence.";
    ro 2 NLMSGERR_ATTR_OFFS offset: u32 = "Where in the request the attribute is that it means.";
    ro 3 NLMSGERR_ATTR_COOKIE cookie: &[u8] as crate::wire::Bytes = "A subsystem's own data.";
    ro 4 NLMSGERR_ATTR_POLICY policy: PolicyView<'_> as Nest<PolicyTable> = "What is accepted.";
    ro 5 NLMSGERR_ATTR_MISS_TYPE missing: u32 = "Number of the attribute that is missing.";
    ro 6 NLMSGERR_ATTR_MISS_NEST missing_in: u32 = "Where the nest is that it is missing in.";
}

crate::table! {
    /// What the kernel accepts in an attribute (`NL_POLICY_TYPE_ATTR_*` of `linux/netlink.h`).
    table PolicyTable "policy";
    /// What the kernel accepts in an attribute.
    view PolicyView;
    /// Nobody sends these.
    request PolicyData;

    ro 1 NL_POLICY_TYPE_ATTR_TYPE kind: u32 = "Which type (`NL_ATTR_TYPE_*`).";
    ro 2 NL_POLICY_TYPE_ATTR_MIN_VALUE_S least_signed: i64 = "Least value of a signed number.";
    ro 3 NL_POLICY_TYPE_ATTR_MAX_VALUE_S most_signed: i64 = "Greatest value of a signed number.";
    ro 4 NL_POLICY_TYPE_ATTR_MIN_VALUE_U least: u64 = "Least value.";
    ro 5 NL_POLICY_TYPE_ATTR_MAX_VALUE_U most: u64 = "Greatest value.";
    ro 6 NL_POLICY_TYPE_ATTR_MIN_LENGTH shortest: u32 = "Fewest bytes.";
    ro 7 NL_POLICY_TYPE_ATTR_MAX_LENGTH longest: u32 = "Most bytes.";
    ro 9 NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE greatest_kind: u32 = "Greatest number in the nest.";
    ro 10 NL_POLICY_TYPE_ATTR_BITFIELD32_MASK bits: u32 = "The bits that may be set.";
    ro 12 NL_POLICY_TYPE_ATTR_MASK mask: u64 = "The bits that may be set.";
}

impl PolicyView<'_> {
    /// In words.
    fn words(&self) -> Option<String> {
        if let (Some(least), Some(most)) = (self.least(), self.most()) {
            Some(format!("{least}..={most}"))
        } else if let (Some(least), Some(most)) = (self.least_signed(), self.most_signed()) {
            Some(format!("{least}..={most}"))
        } else if let Some(mask) = self.mask().or(self.bits().map(u64::from)) {
            Some(format!("the bits {mask:#x}"))
        } else {
            match (self.shortest(), self.longest()) {
                (None, None) => None,
                (Some(least), None) => Some(format!("{least} bytes or more")),
                (None, Some(most)) => Some(format!("at most {most} bytes")),
                (Some(least), Some(most)) if least == most => Some(format!("{least} bytes")),
                (Some(least), Some(most)) => Some(format!("{least} to {most} bytes")),
            }
        }
    }
}

/// The kernel's refusal of a request, made of its parts: the error number (positive), the
/// attributes that came with it, and the request, a whole message whose attributes are of the
/// table `schema`. What the attributes point at is told by name where the request has it.
///
/// ```
/// use nlroute::{extack::refusal, link::LinkTable, wire::{Writer, table::Table}};
/// let mut request = Vec::new();
/// let mut out = Writer::new(&mut request);
/// let message = out.begin(16, 5);
/// out.bytes(&[0; 16]);
/// out.attribute(4, &9_u32.to_ne_bytes())?;
/// out.end(message)?;
///
/// let mut said = Vec::new();
/// let mut out = Writer::new(&mut said);
/// out.attribute(1, b"mtu less than device minimum\0")?;
/// out.attribute(2, &32_u32.to_ne_bytes())?;
/// assert_eq!(
///     refusal("set link".into(), 22, &said, &request, LinkTable::SCHEMA).to_string(),
///     "set link: Invalid argument (EINVAL): mtu less than device minimum; mtu = 9",
/// );
/// # Ok::<(), nlroute::wire::EncodeError>(())
/// ```
#[must_use]
pub fn refusal(
    operation: String,
    errno: i32,
    attributes: &[u8],
    request: &[u8],
    schema: &Schema,
) -> Refusal {
    let mut refusal = Refusal {
        operation,
        errno,
        ..Refusal::default()
    };
    let Ok(said) = ExtAck::parse(attributes) else {
        return refusal;
    };
    let body = request.get(HEADER_LEN..).unwrap_or(&[]);
    let path = |offset: u32| schema.path(body, (offset as usize).checked_sub(HEADER_LEN)?);

    refusal.message = said.message().map(|text| text.to_string());
    if let Some(path) = said.offset().and_then(path) {
        refusal.attribute = Some(path.to_string());
        // A nest's value is all that is in it: the path says enough.
        refusal.value = path.inner.is_none().then(|| path.value());
    }
    refusal.accepts = said.policy().and_then(|policy| policy.words());
    if let Some(kind) = said.missing().and_then(|kind| u16::try_from(kind).ok()) {
        let nest = said.missing_in().and_then(path);
        refusal.missing = Some(match nest {
            Some(nest) => match nest.inner {
                Some(inner) => format!("{nest}.{}", inner.name_of(kind)),
                None => format!("{nest}.{kind}"),
            },
            None => schema.name_of(kind),
        });
    }
    refusal
}
