//! Kinds without settings of their own: each is a name.
use super::{Kind, LinkRequest, NoKind};

/// A line for each: its type, its table, its name in the kernel.
macro_rules! plain {
    ($($(#[$meta:meta])* $kind:ident $table:ident $name:literal;)*) => {$(
        $(#[$meta])*
        pub type $kind<'a> = LinkRequest<'a, $table>;

        impl Kind for $table {
            const NAME: &'static str = $name;
        }
    )*};
}

crate::same_table! {
    /// Settings of a dummy: none.
    table DummyTable "dummy" as NoKind;
    /// Settings of an ifb: none.
    table IfbTable "ifb" as NoKind;
    /// Settings of a 6LoWPAN link: none.
    table LowpanTable "lowpan" as NoKind;
    /// Settings of a simulated network card: none.
    table NetdevsimTable "netdevsim" as NoKind;
    /// Settings of a monitor of netlink: none.
    table NlmonTable "nlmon" as NoKind;
    /// Settings of a team: none.
    table TeamTable "team" as NoKind;
    /// Settings of a virtual CAN link: none.
    table VcanTable "vcan" as NoKind;
    /// Settings of a virtual wireless link: none.
    table VirtWifiTable "virt_wifi" as NoKind;
    /// Settings of a monitor of sockets between host and virtual machines: none.
    table VsockmonTable "vsockmon" as NoKind;
    /// Settings of WireGuard: none.
    table WireguardTable "wireguard" as NoKind;
}

plain! {
    /// A link that drops what is sent: for addresses that are always there.
    ///
    /// ```
    /// let dummy = nlroute::link::Dummy::new("dummy0").up();
    /// ```
    Dummy DummyTable "dummy";
    /// An intermediate functional block: what other links receive can be queued by it.
    ///
    /// ```
    /// let ifb = nlroute::link::Ifb::new("ifb0").up();
    /// ```
    Ifb IfbTable "ifb";
    /// 6LoWPAN on an IEEE 802.15.4 link, which is [`link`](LinkRequest::link).
    ///
    /// ```
    /// let lowpan = nlroute::link::Lowpan::new("lowpan0").link("wpan0");
    /// ```
    Lowpan LowpanTable "lowpan";
    /// A simulated network card. The kernel makes them by its bus `netdevsim` only, and refuses
    /// this.
    ///
    /// ```
    /// let card = nlroute::link::Netdevsim::new("sim0");
    /// ```
    Netdevsim NetdevsimTable "netdevsim";
    /// A monitor of netlink: what goes over it can be captured there.
    ///
    /// ```
    /// let nlmon = nlroute::link::Nlmon::new("nlmon0").up();
    /// ```
    Nlmon NlmonTable "nlmon";
    /// A team: several links as one, whose settings are a generic netlink family's.
    ///
    /// ```
    /// let team = nlroute::link::Team::new("team0");
    /// ```
    Team TeamTable "team";
    /// A virtual CAN link, which receives what it sends.
    ///
    /// ```
    /// let vcan = nlroute::link::Vcan::new("vcan0").up();
    /// ```
    Vcan VcanTable "vcan";
    /// A virtual wireless link on an Ethernet one, which is [`link`](LinkRequest::link).
    ///
    /// ```
    /// let wifi = nlroute::link::VirtWifi::new("wlan0").link("eth0");
    /// ```
    VirtWifi VirtWifiTable "virt_wifi";
    /// A monitor of sockets between host and virtual machines (`AF_VSOCK`).
    ///
    /// ```
    /// let vsockmon = nlroute::link::Vsockmon::new("vsockmon0").up();
    /// ```
    Vsockmon VsockmonTable "vsockmon";
    /// WireGuard, whose settings are a generic netlink family's.
    ///
    /// ```
    /// let wireguard = nlroute::link::Wireguard::new("wg0").mtu(1420).up();
    /// ```
    Wireguard WireguardTable "wireguard";
}
