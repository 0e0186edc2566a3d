//! What is asked: the environment, and the network's configuration on standard input.
use std::{
    env,
    path::{Path, PathBuf},
};

use nlroute::wire::{IfName, LinkAddress};
use serde_json::Value;

use super::{
    failure::{
        CONFIGURATION, Context, DECODING, ENVIRONMENT, Failure, INCOMPATIBLE, Result, UNSUPPORTED,
    },
    outcome::Outcome,
};

/// The versions of the specification that are spoken, oldest first.
pub const VERSIONS: &[&str] = &["0.3.1", "0.4.0", "1.0.0", "1.1.0"];

/// Fields that the distribution's plugin has and that are not done here. Where they ask for
/// something they are refused, rather than left out without a word.
const NOT_DONE: &[&str] = &[
    "disableContainerInterface",
    "ipMasqBackend",
    "macspoofchk",
    "preserveDefaultVlan",
    "vlanTrunk",
];

/// Which container, from the environment.
pub struct Attachment {
    pub container: String,
    pub ifname: String,
    /// Path of its namespace; `None` where it is gone.
    pub netns: Option<PathBuf>,
}

impl Attachment {
    /// The path, empty where it is gone.
    pub fn path(&self) -> &Path {
        self.netns.as_deref().unwrap_or(Path::new(""))
    }
}

impl Attachment {
    /// Of a command about one container.
    pub fn from_environment(netns_needed: bool) -> Result<Self> {
        let container = variable("CNI_CONTAINERID")?;
        if !is_name(&container) {
            return Err(Failure::new(
                ENVIRONMENT,
                format_args!("CNI_CONTAINERID {container:?} is no container's name"),
            ));
        }
        let ifname = variable("CNI_IFNAME")?;
        let fits = match IfName::new(&ifname) {
            Err(why) => Err(why.to_string()),
            Ok(_) if ifname.contains(['%', ':']) => Err("has a % or a : in it".to_owned()),
            Ok(_) => Ok(()),
        };
        fits.context(ENVIRONMENT, format_args!("CNI_IFNAME {ifname:?}"))?;
        let netns = env::var_os("CNI_NETNS").filter(|path| !path.is_empty());
        if netns.is_none() && netns_needed {
            return Err(Failure::new(ENVIRONMENT, "CNI_NETNS is missing"));
        }
        Ok(Self {
            container,
            ifname,
            netns: netns.map(PathBuf::from),
        })
    }
}

pub fn variable(name: &str) -> Result<String> {
    let value = env::var(name).ok().filter(|value| !value.is_empty());
    value.ok_or_else(|| Failure::new(ENVIRONMENT, format_args!("{name} is missing")))
}

/// As the specification has it for the names of networks and containers.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// The network's configuration.
pub struct Config {
    pub version: &'static str,
    /// The network's name.
    pub name: String,
    pub bridge: String,
    pub is_gateway: bool,
    pub is_default_gateway: bool,
    pub force_address: bool,
    pub ip_masq: bool,
    pub mtu: Option<u32>,
    pub vlan: Option<u16>,
    pub hairpin: bool,
    pub promisc: bool,
    pub isolated: bool,
    /// No check for duplicates of the container's IPv6 addresses.
    pub nodad: bool,
    pub mac: Option<LinkAddress>,
    /// Type of the plugin that gives addresses; `None` for a link without any.
    pub ipam: Option<String>,
    pub previous: Option<Outcome>,
    /// Of `GC`: the attachments that are still there, container and interface.
    pub valid: Vec<(String, String)>,
    /// As it was given, for the IPAM plugin.
    pub raw: String,
}

/// The version that an answer is to have, from a configuration of any form.
pub fn version_of(raw: &str) -> String {
    let value: Value = serde_json::from_str(raw).unwrap_or_default();
    let version = value.get("cniVersion").and_then(Value::as_str);
    version.unwrap_or("1.1.0").to_owned()
}

impl Config {
    pub fn parse(raw: String) -> Result<Self> {
        let value: Value = serde_json::from_str(&raw).context(DECODING, "configuration")?;
        let fields = Fields(&value);
        let asked = fields.text("cniVersion")?.unwrap_or("0.2.0");
        let version = VERSIONS.iter().find(|known| **known == asked);
        let version = *version.ok_or_else(|| {
            let known = VERSIONS.join(", ");
            Failure::new(INCOMPATIBLE, format_args!("CNI {asked} is not spoken"))
                .details(format_args!("{known} are"))
        })?;
        let name = fields.text("name")?.unwrap_or_default();
        if !is_name(name) {
            return Err(Failure::field("name", format_args!("{name:?} is no name")));
        }
        for field in NOT_DONE {
            if fields.asks_for(field) {
                let message = format_args!("{field} is not done by this plugin");
                return Err(Failure::new(UNSUPPORTED, message).details(field));
            }
        }
        let bridge = fields.text("bridge")?.filter(|name| !name.is_empty());
        let bridge = bridge.unwrap_or("cni0");
        IfName::new(bridge).context(CONFIGURATION, format_args!("bridge {bridge:?}"))?;
        let is_default_gateway = fields.flag("isDefaultGateway")?;
        let ipam = value.get("ipam").map(Fields);
        let ipam = ipam.map(|ipam| ipam.text("type")).transpose()?.flatten();
        let previous = value.get("prevResult").filter(|value| !value.is_null());
        let config = Self {
            version,
            name: name.to_owned(),
            bridge: bridge.to_owned(),
            is_gateway: fields.flag("isGateway")? || is_default_gateway,
            is_default_gateway,
            force_address: fields.flag("forceAddress")?,
            ip_masq: fields.flag("ipMasq")?,
            mtu: fields.number("mtu")?.filter(|mtu| *mtu > 0),
            vlan: vlan(fields.number("vlan")?)?,
            hairpin: fields.flag("hairpinMode")?,
            promisc: fields.flag("promiscMode")?,
            isolated: fields.flag("portIsolation")?,
            nodad: fields.flag("nodad")? || value.get("enabledad") == Some(&false.into()),
            mac: wanted_mac(&value)?,
            ipam: ipam.filter(|kind| !kind.is_empty()).map(str::to_owned),
            previous: previous.map(Outcome::from_json).transpose()?,
            valid: valid_attachments(&value)?,
            raw,
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result {
        if self.hairpin && self.promisc {
            let why = "can't be together with promiscMode: a packet would come back twice";
            return Err(Failure::field("hairpinMode", why));
        }
        if self.ipam.is_none() && (self.is_gateway || self.ip_masq) {
            let why = "isGateway and ipMasq need addresses";
            return Err(Failure::field("ipam", why));
        }
        Ok(())
    }

    /// What is written down beside what belongs to an attachment, to find it again.
    pub fn note(&self, container: &str, ifname: &str) -> String {
        format!("cni {} {container} {ifname}", self.name)
    }

    /// Whether a note is of this network, and of no attachment that is still valid.
    pub fn is_stale(&self, note: &str) -> bool {
        let ours = note.strip_prefix(&format!("cni {} ", self.name));
        ours.and_then(|rest| rest.split_once(' '))
            .is_some_and(|(container, ifname)| {
                let is = |valid: &(String, String)| valid.0 == container && valid.1 == ifname;
                !self.valid.iter().any(is)
            })
    }
}

fn vlan(number: Option<u32>) -> Result<Option<u16>> {
    match number {
        None | Some(0) => Ok(None),
        Some(number) => match u16::try_from(number) {
            Ok(vlan @ 1..=4094) => Ok(Some(vlan)),
            _ => Err(Failure::field(
                "vlan",
                format_args!("{number} is not from 1 to 4094"),
            )),
        },
    }
}

/// The MAC that is wished for: by the runtime's configuration, `args.cni`, or `CNI_ARGS`.
fn wanted_mac(value: &Value) -> Result<Option<LinkAddress>> {
    let in_config = ["/runtimeConfig/mac", "/args/cni/mac"]
        .iter()
        .find_map(|path| value.pointer(path).and_then(Value::as_str));
    let arguments = env::var("CNI_ARGS").unwrap_or_default();
    let in_arguments = arguments
        .split(';')
        .find_map(|pair| pair.strip_prefix("MAC="));
    let Some(mac) = in_config.or(in_arguments).filter(|mac| !mac.is_empty()) else {
        return Ok(None);
    };
    let address: LinkAddress = mac.parse().map_err(|why| Failure::field("mac", why))?;
    match address.as_bytes() {
        [first, _, _, _, _, _] if first & 1 == 0 => Ok(Some(address)),
        _ => Err(Failure::field(
            "mac",
            format_args!("{mac} is no MAC of a host"),
        )),
    }
}

fn valid_attachments(value: &Value) -> Result<Vec<(String, String)>> {
    let listed = value
        .get("cni.dev/valid-attachments")
        .or_else(|| value.get("cni.dev/attachments"));
    let Some(listed) = listed.filter(|listed| !listed.is_null()) else {
        return Ok(Vec::new());
    };
    let wrong = || Failure::field("cni.dev/valid-attachments", "is no list of attachments");
    let entries = listed.as_array().ok_or_else(wrong)?;
    let valid = entries.iter().map(|entry| {
        let text = |name| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        text("containerID").zip(text("ifname")).ok_or_else(wrong)
    });
    valid.collect()
}

/// The fields of an object, each of the type that it must have.
struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>> {
        let value = self.get(name);
        let wrong = || Failure::new(DECODING, format_args!("{name} is no text"));
        value
            .map(|value| value.as_str().ok_or_else(wrong))
            .transpose()
    }

    fn flag(&self, name: &str) -> Result<bool> {
        let wrong = || Failure::new(DECODING, format_args!("{name} is neither true nor false"));
        self.get(name)
            .map_or(Ok(false), |value| value.as_bool().ok_or_else(wrong))
    }

    fn number(&self, name: &str) -> Result<Option<u32>> {
        let wrong = || Failure::new(DECODING, format_args!("{name} is no number of 32 bits"));
        let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
        self.get(name)
            .map(|value| number(value).ok_or_else(wrong))
            .transpose()
    }

    /// Whether a field asks for anything: `false`, 0, and nothing at all don't.
    fn asks_for(&self, name: &str) -> bool {
        match self.get(name) {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Array(list)) => !list.is_empty(),
            Some(_) => true,
        }
    }
}
