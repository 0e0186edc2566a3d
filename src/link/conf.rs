//! The settings of IPv4 and IPv6 on a link: what `sysctl net.ipv4.conf.eth0` shows, by number
//! (`linux/ip.h`, `linux/ipv6.h`).
use std::{fmt, marker::PhantomData};

use crate::wire::{EncodeError, Fault, Format, Packed, Shape, ValueInfo, Writer};

crate::open_enum! {
    /// A setting of IPv4 on a link.
    ///
    /// ```
    /// use nlroute::link::Ipv4Conf;
    /// assert_eq!(Ipv4Conf::Forwarding.to_string(), "forwarding");
    /// ```
    pub enum Ipv4Conf: u16 {
        /// The sysctl `net.ipv4.conf.*.forwarding` (`IPV4_DEVCONF_FORWARDING`).
        Forwarding = 1 "forwarding",
        /// The sysctl `net.ipv4.conf.*.mc_forwarding` (`IPV4_DEVCONF_MC_FORWARDING`).
        McForwarding = 2 "mc_forwarding",
        /// The sysctl `net.ipv4.conf.*.proxy_arp` (`IPV4_DEVCONF_PROXY_ARP`).
        ProxyArp = 3 "proxy_arp",
        /// The sysctl `net.ipv4.conf.*.accept_redirects` (`IPV4_DEVCONF_ACCEPT_REDIRECTS`).
        AcceptRedirects = 4 "accept_redirects",
        /// The sysctl `net.ipv4.conf.*.secure_redirects` (`IPV4_DEVCONF_SECURE_REDIRECTS`).
        SecureRedirects = 5 "secure_redirects",
        /// The sysctl `net.ipv4.conf.*.send_redirects` (`IPV4_DEVCONF_SEND_REDIRECTS`).
        SendRedirects = 6 "send_redirects",
        /// The sysctl `net.ipv4.conf.*.shared_media` (`IPV4_DEVCONF_SHARED_MEDIA`).
        SharedMedia = 7 "shared_media",
        /// The sysctl `net.ipv4.conf.*.rp_filter` (`IPV4_DEVCONF_RP_FILTER`).
        RpFilter = 8 "rp_filter",
        /// The sysctl `net.ipv4.conf.*.accept_source_route` (`IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE`).
        AcceptSourceRoute = 9 "accept_source_route",
        /// The sysctl `net.ipv4.conf.*.bootp_relay` (`IPV4_DEVCONF_BOOTP_RELAY`).
        BootpRelay = 10 "bootp_relay",
        /// The sysctl `net.ipv4.conf.*.log_martians` (`IPV4_DEVCONF_LOG_MARTIANS`).
        LogMartians = 11 "log_martians",
        /// The sysctl `net.ipv4.conf.*.tag` (`IPV4_DEVCONF_TAG`).
        Tag = 12 "tag",
        /// The sysctl `net.ipv4.conf.*.arp_filter` (`IPV4_DEVCONF_ARPFILTER`).
        Arpfilter = 13 "arp_filter",
        /// The sysctl `net.ipv4.conf.*.medium_id` (`IPV4_DEVCONF_MEDIUM_ID`).
        MediumId = 14 "medium_id",
        /// The sysctl `net.ipv4.conf.*.disable_xfrm` (`IPV4_DEVCONF_NOXFRM`).
        Noxfrm = 15 "disable_xfrm",
        /// The sysctl `net.ipv4.conf.*.disable_policy` (`IPV4_DEVCONF_NOPOLICY`).
        Nopolicy = 16 "disable_policy",
        /// The sysctl `net.ipv4.conf.*.force_igmp_version` (`IPV4_DEVCONF_FORCE_IGMP_VERSION`).
        ForceIgmpVersion = 17 "force_igmp_version",
        /// The sysctl `net.ipv4.conf.*.arp_announce` (`IPV4_DEVCONF_ARP_ANNOUNCE`).
        ArpAnnounce = 18 "arp_announce",
        /// The sysctl `net.ipv4.conf.*.arp_ignore` (`IPV4_DEVCONF_ARP_IGNORE`).
        ArpIgnore = 19 "arp_ignore",
        /// The sysctl `net.ipv4.conf.*.promote_secondaries` (`IPV4_DEVCONF_PROMOTE_SECONDARIES`).
        PromoteSecondaries = 20 "promote_secondaries",
        /// The sysctl `net.ipv4.conf.*.arp_accept` (`IPV4_DEVCONF_ARP_ACCEPT`).
        ArpAccept = 21 "arp_accept",
        /// The sysctl `net.ipv4.conf.*.arp_notify` (`IPV4_DEVCONF_ARP_NOTIFY`).
        ArpNotify = 22 "arp_notify",
        /// The sysctl `net.ipv4.conf.*.accept_local` (`IPV4_DEVCONF_ACCEPT_LOCAL`).
        AcceptLocal = 23 "accept_local",
        /// The sysctl `net.ipv4.conf.*.src_valid_mark` (`IPV4_DEVCONF_SRC_VMARK`).
        SrcVmark = 24 "src_valid_mark",
        /// The sysctl `net.ipv4.conf.*.proxy_arp_pvlan` (`IPV4_DEVCONF_PROXY_ARP_PVLAN`).
        ProxyArpPvlan = 25 "proxy_arp_pvlan",
        /// The sysctl `net.ipv4.conf.*.route_localnet` (`IPV4_DEVCONF_ROUTE_LOCALNET`).
        RouteLocalnet = 26 "route_localnet",
        /// The sysctl `net.ipv4.conf.*.igmpv2_unsolicited_report_interval` (`IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL`).
        Igmpv2UnsolicitedReportInterval = 27 "igmpv2_unsolicited_report_interval",
        /// The sysctl `net.ipv4.conf.*.igmpv3_unsolicited_report_interval` (`IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL`).
        Igmpv3UnsolicitedReportInterval = 28 "igmpv3_unsolicited_report_interval",
        /// The sysctl `net.ipv4.conf.*.ignore_routes_with_linkdown` (`IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN`).
        IgnoreRoutesWithLinkdown = 29 "ignore_routes_with_linkdown",
        /// The sysctl `net.ipv4.conf.*.drop_unicast_in_l2_multicast` (`IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST`).
        DropUnicastInL2Multicast = 30 "drop_unicast_in_l2_multicast",
        /// The sysctl `net.ipv4.conf.*.drop_gratuitous_arp` (`IPV4_DEVCONF_DROP_GRATUITOUS_ARP`).
        DropGratuitousArp = 31 "drop_gratuitous_arp",
        /// The sysctl `net.ipv4.conf.*.bc_forwarding` (`IPV4_DEVCONF_BC_FORWARDING`).
        BcForwarding = 32 "bc_forwarding",
        /// The sysctl `net.ipv4.conf.*.arp_evict_nocarrier` (`IPV4_DEVCONF_ARP_EVICT_NOCARRIER`).
        ArpEvictNocarrier = 33 "arp_evict_nocarrier",
    }
}

crate::open_enum! {
    /// A setting of IPv6 on a link.
    ///
    /// ```
    /// use nlroute::link::Ipv6Conf;
    /// assert_eq!(Ipv6Conf::Forwarding.to_string(), "forwarding");
    /// ```
    pub enum Ipv6Conf: u16 {
        /// The sysctl `net.ipv6.conf.*.forwarding` (`DEVCONF_FORWARDING`).
        Forwarding = 0 "forwarding",
        /// The sysctl `net.ipv6.conf.*.hop_limit` (`DEVCONF_HOPLIMIT`).
        Hoplimit = 1 "hop_limit",
        /// The sysctl `net.ipv6.conf.*.mtu` (`DEVCONF_MTU6`).
        Mtu6 = 2 "mtu",
        /// The sysctl `net.ipv6.conf.*.accept_ra` (`DEVCONF_ACCEPT_RA`).
        AcceptRa = 3 "accept_ra",
        /// The sysctl `net.ipv6.conf.*.accept_redirects` (`DEVCONF_ACCEPT_REDIRECTS`).
        AcceptRedirects = 4 "accept_redirects",
        /// The sysctl `net.ipv6.conf.*.autoconf` (`DEVCONF_AUTOCONF`).
        Autoconf = 5 "autoconf",
        /// The sysctl `net.ipv6.conf.*.dad_transmits` (`DEVCONF_DAD_TRANSMITS`).
        DadTransmits = 6 "dad_transmits",
        /// The sysctl `net.ipv6.conf.*.router_solicitations` (`DEVCONF_RTR_SOLICITS`).
        RtrSolicits = 7 "router_solicitations",
        /// The sysctl `net.ipv6.conf.*.router_solicitation_interval` (`DEVCONF_RTR_SOLICIT_INTERVAL`).
        RtrSolicitInterval = 8 "router_solicitation_interval",
        /// The sysctl `net.ipv6.conf.*.router_solicitation_delay` (`DEVCONF_RTR_SOLICIT_DELAY`).
        RtrSolicitDelay = 9 "router_solicitation_delay",
        /// The sysctl `net.ipv6.conf.*.use_tempaddr` (`DEVCONF_USE_TEMPADDR`).
        UseTempaddr = 10 "use_tempaddr",
        /// The sysctl `net.ipv6.conf.*.temp_valid_lft` (`DEVCONF_TEMP_VALID_LFT`).
        TempValidLft = 11 "temp_valid_lft",
        /// The sysctl `net.ipv6.conf.*.temp_prefered_lft` (`DEVCONF_TEMP_PREFERED_LFT`).
        TempPreferedLft = 12 "temp_prefered_lft",
        /// The sysctl `net.ipv6.conf.*.regen_max_retry` (`DEVCONF_REGEN_MAX_RETRY`).
        RegenMaxRetry = 13 "regen_max_retry",
        /// The sysctl `net.ipv6.conf.*.max_desync_factor` (`DEVCONF_MAX_DESYNC_FACTOR`).
        MaxDesyncFactor = 14 "max_desync_factor",
        /// The sysctl `net.ipv6.conf.*.max_addresses` (`DEVCONF_MAX_ADDRESSES`).
        MaxAddresses = 15 "max_addresses",
        /// The sysctl `net.ipv6.conf.*.force_mld_version` (`DEVCONF_FORCE_MLD_VERSION`).
        ForceMldVersion = 16 "force_mld_version",
        /// The sysctl `net.ipv6.conf.*.accept_ra_defrtr` (`DEVCONF_ACCEPT_RA_DEFRTR`).
        AcceptRaDefrtr = 17 "accept_ra_defrtr",
        /// The sysctl `net.ipv6.conf.*.accept_ra_pinfo` (`DEVCONF_ACCEPT_RA_PINFO`).
        AcceptRaPinfo = 18 "accept_ra_pinfo",
        /// The sysctl `net.ipv6.conf.*.accept_ra_rtr_pref` (`DEVCONF_ACCEPT_RA_RTR_PREF`).
        AcceptRaRtrPref = 19 "accept_ra_rtr_pref",
        /// The sysctl `net.ipv6.conf.*.router_probe_interval` (`DEVCONF_RTR_PROBE_INTERVAL`).
        RtrProbeInterval = 20 "router_probe_interval",
        /// The sysctl `net.ipv6.conf.*.accept_ra_rt_info_max_plen` (`DEVCONF_ACCEPT_RA_RT_INFO_MAX_PLEN`).
        AcceptRaRtInfoMaxPlen = 21 "accept_ra_rt_info_max_plen",
        /// The sysctl `net.ipv6.conf.*.proxy_ndp` (`DEVCONF_PROXY_NDP`).
        ProxyNdp = 22 "proxy_ndp",
        /// The sysctl `net.ipv6.conf.*.optimistic_dad` (`DEVCONF_OPTIMISTIC_DAD`).
        OptimisticDad = 23 "optimistic_dad",
        /// The sysctl `net.ipv6.conf.*.accept_source_route` (`DEVCONF_ACCEPT_SOURCE_ROUTE`).
        AcceptSourceRoute = 24 "accept_source_route",
        /// The sysctl `net.ipv6.conf.*.mc_forwarding` (`DEVCONF_MC_FORWARDING`).
        McForwarding = 25 "mc_forwarding",
        /// The sysctl `net.ipv6.conf.*.disable_ipv6` (`DEVCONF_DISABLE_IPV6`).
        DisableIpv6 = 26 "disable_ipv6",
        /// The sysctl `net.ipv6.conf.*.accept_dad` (`DEVCONF_ACCEPT_DAD`).
        AcceptDad = 27 "accept_dad",
        /// The sysctl `net.ipv6.conf.*.force_tllao` (`DEVCONF_FORCE_TLLAO`).
        ForceTllao = 28 "force_tllao",
        /// The sysctl `net.ipv6.conf.*.ndisc_notify` (`DEVCONF_NDISC_NOTIFY`).
        NdiscNotify = 29 "ndisc_notify",
        /// The sysctl `net.ipv6.conf.*.mldv1_unsolicited_report_interval` (`DEVCONF_MLDV1_UNSOLICITED_REPORT_INTERVAL`).
        Mldv1UnsolicitedReportInterval = 30 "mldv1_unsolicited_report_interval",
        /// The sysctl `net.ipv6.conf.*.mldv2_unsolicited_report_interval` (`DEVCONF_MLDV2_UNSOLICITED_REPORT_INTERVAL`).
        Mldv2UnsolicitedReportInterval = 31 "mldv2_unsolicited_report_interval",
        /// The sysctl `net.ipv6.conf.*.suppress_frag_ndisc` (`DEVCONF_SUPPRESS_FRAG_NDISC`).
        SuppressFragNdisc = 32 "suppress_frag_ndisc",
        /// The sysctl `net.ipv6.conf.*.accept_ra_from_local` (`DEVCONF_ACCEPT_RA_FROM_LOCAL`).
        AcceptRaFromLocal = 33 "accept_ra_from_local",
        /// The sysctl `net.ipv6.conf.*.use_optimistic` (`DEVCONF_USE_OPTIMISTIC`).
        UseOptimistic = 34 "use_optimistic",
        /// The sysctl `net.ipv6.conf.*.accept_ra_mtu` (`DEVCONF_ACCEPT_RA_MTU`).
        AcceptRaMtu = 35 "accept_ra_mtu",
        /// The sysctl `net.ipv6.conf.*.stable_secret` (`DEVCONF_STABLE_SECRET`).
        StableSecret = 36 "stable_secret",
        /// The sysctl `net.ipv6.conf.*.use_oif_addrs_only` (`DEVCONF_USE_OIF_ADDRS_ONLY`).
        UseOifAddrsOnly = 37 "use_oif_addrs_only",
        /// The sysctl `net.ipv6.conf.*.accept_ra_min_hop_limit` (`DEVCONF_ACCEPT_RA_MIN_HOP_LIMIT`).
        AcceptRaMinHopLimit = 38 "accept_ra_min_hop_limit",
        /// The sysctl `net.ipv6.conf.*.ignore_routes_with_linkdown` (`DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN`).
        IgnoreRoutesWithLinkdown = 39 "ignore_routes_with_linkdown",
        /// The sysctl `net.ipv6.conf.*.drop_unicast_in_l2_multicast` (`DEVCONF_DROP_UNICAST_IN_L2_MULTICAST`).
        DropUnicastInL2Multicast = 40 "drop_unicast_in_l2_multicast",
        /// The sysctl `net.ipv6.conf.*.drop_unsolicited_na` (`DEVCONF_DROP_UNSOLICITED_NA`).
        DropUnsolicitedNa = 41 "drop_unsolicited_na",
        /// The sysctl `net.ipv6.conf.*.keep_addr_on_down` (`DEVCONF_KEEP_ADDR_ON_DOWN`).
        KeepAddrOnDown = 42 "keep_addr_on_down",
        /// The sysctl `net.ipv6.conf.*.router_solicitation_max_interval` (`DEVCONF_RTR_SOLICIT_MAX_INTERVAL`).
        RtrSolicitMaxInterval = 43 "router_solicitation_max_interval",
        /// The sysctl `net.ipv6.conf.*.seg6_enabled` (`DEVCONF_SEG6_ENABLED`).
        Seg6Enabled = 44 "seg6_enabled",
        /// The sysctl `net.ipv6.conf.*.seg6_require_hmac` (`DEVCONF_SEG6_REQUIRE_HMAC`).
        Seg6RequireHmac = 45 "seg6_require_hmac",
        /// The sysctl `net.ipv6.conf.*.enhanced_dad` (`DEVCONF_ENHANCED_DAD`).
        EnhancedDad = 46 "enhanced_dad",
        /// The sysctl `net.ipv6.conf.*.addr_gen_mode` (`DEVCONF_ADDR_GEN_MODE`).
        AddrGenMode = 47 "addr_gen_mode",
        /// The sysctl `net.ipv6.conf.*.disable_policy` (`DEVCONF_DISABLE_POLICY`).
        DisablePolicy = 48 "disable_policy",
        /// The sysctl `net.ipv6.conf.*.accept_ra_rt_info_min_plen` (`DEVCONF_ACCEPT_RA_RT_INFO_MIN_PLEN`).
        AcceptRaRtInfoMinPlen = 49 "accept_ra_rt_info_min_plen",
        /// The sysctl `net.ipv6.conf.*.ndisc_tclass` (`DEVCONF_NDISC_TCLASS`).
        NdiscTclass = 50 "ndisc_tclass",
        /// The sysctl `net.ipv6.conf.*.rpl_seg_enabled` (`DEVCONF_RPL_SEG_ENABLED`).
        RplSegEnabled = 51 "rpl_seg_enabled",
        /// The sysctl `net.ipv6.conf.*.ra_defrtr_metric` (`DEVCONF_RA_DEFRTR_METRIC`).
        RaDefrtrMetric = 52 "ra_defrtr_metric",
        /// The sysctl `net.ipv6.conf.*.ioam6_enabled` (`DEVCONF_IOAM6_ENABLED`).
        Ioam6Enabled = 53 "ioam6_enabled",
        /// The sysctl `net.ipv6.conf.*.ioam6_id` (`DEVCONF_IOAM6_ID`).
        Ioam6Id = 54 "ioam6_id",
        /// The sysctl `net.ipv6.conf.*.ioam6_id_wide` (`DEVCONF_IOAM6_ID_WIDE`).
        Ioam6IdWide = 55 "ioam6_id_wide",
        /// The sysctl `net.ipv6.conf.*.ndisc_evict_nocarrier` (`DEVCONF_NDISC_EVICT_NOCARRIER`).
        NdiscEvictNocarrier = 56 "ndisc_evict_nocarrier",
        /// The sysctl `net.ipv6.conf.*.accept_untracked_na` (`DEVCONF_ACCEPT_UNTRACKED_NA`).
        AcceptUntrackedNa = 57 "accept_untracked_na",
        /// The sysctl `net.ipv6.conf.*.accept_ra_min_lft` (`DEVCONF_ACCEPT_RA_MIN_LFT`).
        AcceptRaMinLft = 58 "accept_ra_min_lft",
        /// The sysctl `net.ipv6.conf.*.force_forwarding` (`DEVCONF_FORCE_FORWARDING`).
        ForceForwarding = 59 "force_forwarding",
    }
}

/// How the settings of a family are numbered.
pub trait Setting: Copy + PartialEq + fmt::Debug + From<u16> + Into<u16> + 'static {
    /// The number of the first in the kernel's array.
    const FIRST: u16;
}

impl Setting for Ipv4Conf {
    const FIRST: u16 = 1;
}

impl Setting for Ipv6Conf {
    const FIRST: u16 = 0;
}

/// The settings of a family on a link, as the kernel tells them: an array.
///
/// ```
/// use nlroute::{link::{Conf, Ipv4Conf}, wire::Format};
/// let bytes = [1i32.to_ne_bytes(), 0i32.to_ne_bytes()].concat();
/// let conf = <Conf<'static, Ipv4Conf> as Format>::read(&bytes)?;
/// assert_eq!(conf.get(Ipv4Conf::Forwarding), Some(1));
/// assert_eq!(conf.get(Ipv4Conf::RpFilter), None); // this kernel has two
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
#[derive(Clone)]
pub struct Conf<'a, S>(Packed<'a, i32>, PhantomData<S>);

impl<S: Setting> Conf<'_, S> {
    /// The value of a setting; `None` if the kernel doesn't have it.
    #[must_use]
    pub fn get(&self, setting: S) -> Option<i32> {
        let place = setting.into().checked_sub(S::FIRST)?;
        self.0.get(usize::from(place))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (S, i32)> {
        (S::FIRST..).map(S::from).zip(self.0.iter())
    }
}

impl<S: Setting> fmt::Debug for Conf<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Read as an array, set as attributes.
impl<S: Setting> Format for Conf<'static, S> {
    type Read<'a> = Conf<'a, S>;
    type Write<'a> = &'a [(S, i32)];
    const INFO: ValueInfo = ValueInfo::new::<Self>("settings", Shape::Many { len: 4 });

    fn read(payload: &[u8]) -> Result<Conf<'_, S>, Fault> {
        <Packed<'static, i32> as Format>::read(payload).map(|all| Conf(all, PhantomData))
    }

    fn write(value: &&[(S, i32)], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        for (setting, number) in *value {
            out.fixed((*setting).into(), number.to_ne_bytes());
        }
        Ok(())
    }

    fn put(kind: u16, value: &&[(S, i32)], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let nest = out.begin_nest(kind);
        Self::write(value, out)?;
        out.end_attribute(nest)
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[(S, i32)] {
        &[]
    }

    fn again(_: &[u8]) -> Option<&'static [(S, i32)]> {
        None
    }

    /// As what is read: an array.
    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        <Packed<'static, i32> as Format>::rewrite(payload, out)
    }
}
