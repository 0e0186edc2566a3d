//! Where this crate sends something else than iproute2, and why. A line is the path, what
//! iproute2 sends, and what is sent here; `-` is nothing.

/// A difference that is meant.
pub struct Why {
    pub why: &'static str,
    pub lines: &'static [&'static str],
}

pub const SETLINK: Why = Why {
    why: "RTM_NEWLINK without NLM_F_CREATE altered, before Linux 6.0, every link of the group \
          where a group was given and no link had the name; RTM_SETLINK never does.",
    lines: &["type: 16 | 19"],
};

pub const ECHO: Why = Why {
    why: "The new link's index is answered, by the notification that NLM_F_ECHO asks for; where \
          the caller chose an index it isn't asked for.",
    lines: &["flags: 0x600 | 0x608"],
};

pub const NAMED: Why = Why {
    why: "The kernel finds a link by its name in the same message: no look-up before it.",
    lines: &["header.ifi_index: 10 | 0", "name: - | \"v0\""],
};

pub const LIST: Why = Why {
    why: "iproute2 asks in the name of packet sockets, AF_PACKET; the kernel makes nothing of it.",
    lines: &["header.ifi_family: 17 | 0"],
};

pub const UP_LATER: Why = Why {
    why: "The kernel refuses a veth's other end that is up from the start; here that becomes a \
          message of its own, which follows.",
    lines: &[
        "linkinfo.data.peer.header.ifi_change: 1 | 0",
        "linkinfo.data.peer.header.ifi_flags: 1 | 0",
    ],
};

pub const PORT_KIND: Why = Why {
    why: "The settings are those of the master's kind, which IFLA_INFO_SLAVE_KIND names, so that \
          the kernel refuses them for a port of another kind; iproute2 calls the link itself a \
          \"bridge_slave\", a kind that there is none of.",
    lines: &[
        "linkinfo.kind: \"bridge_slave\" | -",
        "linkinfo.slave_kind: - | \"bridge\"",
    ],
};

pub const NUMBER: Why = Why {
    why: "The number that the kernel chose is answered, by the notification that NLM_F_ECHO asks \
          for.",
    lines: &["flags: 0x600 | 0x608"],
};

pub const NO_FLAGS: Why = Why {
    why: "Kernels before Linux 6.9 refuse the attribute, and 0 asks for nothing.",
    lines: &["op_flags: 00000000 | -"],
};
