//! Media redundancy and fault management of a bridge: set.
use super::{
    Cfm, CfmTable, Mrp, MrpTable,
    link::{IFLA_AF_SPEC, begin, describe_link},
};
use crate::{
    Change, Delete, Describe, Request, Verb,
    link::LinkTable,
    noun::never,
    wire::{EncodeError, LinkRef, Schema, Writer, put_nest, table::Table},
};

macro_rules! requests {
    ($(
        $(#[$meta:meta])*
        $request:ident holds $attributes:ident of $table:ident as $kind:literal $name:literal
        $words:literal;
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $request<'a> {
            link: LinkRef<'a>,
            pub(super) attributes: $attributes<'a>,
        }

        impl<'a> $request<'a> {
            /// Of this bridge, or of this port.
            #[must_use]
            pub fn new(link: impl Into<LinkRef<'a>>) -> Self {
                Self {
                    link: link.into(),
                    attributes: $attributes::new(),
                }
            }
        }

        impl Request for $request<'_> {
            const SCHEMA: &'static Schema = LinkTable::SCHEMA;
            const DESCRIBE: Describe = |body, name, f| {
                f.write_str($words)?;
                describe_link(body, name, f)
            };

            #[inline]
            fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                let kind = match verb {
                    Verb::Change => libc::RTM_SETLINK,
                    Verb::Delete => libc::RTM_DELLINK,
                    verb => return Err(never(verb, concat!("isn't done to ", $words))),
                };
                let message = begin(kind, &self.link, out)?;
                let nest = out.begin_nest(IFLA_AF_SPEC);
                put_nest::<$table>($kind, &self.attributes, out)
                    .map_err(|error| error.inside($name).inside("af_spec"))?;
                out.end_attribute(nest)?;
                out.end(message)
            }
        }

        impl Change for $request<'_> {}
        impl Delete for $request<'_> {}
    )*};
}

requests! {
    /// Media redundancy of a bridge or of a port of it, in the words of the kernel: `change` makes
    /// and sets a ring, `delete` takes it away. Since Linux 5.8; a kernel that was built without
    /// it answers `EOPNOTSUPP`.
    ///
    /// ```
    /// use nlroute::bridge::{BridgeMrp, MrpInstance};
    /// let ring = MrpInstance::new().ring_id(1).primary("eth0").secondary("eth1");
    /// let request = BridgeMrp::new("br0").instance(ring);
    /// ```
    BridgeMrp holds Mrp of MrpTable as 4 "mrp" "media redundancy";
    /// Connectivity fault management of a bridge, in the words of the kernel: all by `change`.
    /// Since Linux 5.11; a kernel that was built without it answers `EOPNOTSUPP`.
    ///
    /// ```
    /// use nlroute::bridge::{BridgeCfm, CfmMepCreate};
    /// let mep = CfmMepCreate::new().instance(1).port("eth0");
    /// let request = BridgeCfm::new("br0").mep_create(mep);
    /// ```
    BridgeCfm holds Cfm of CfmTable as 5 "cfm" "fault management";
}
