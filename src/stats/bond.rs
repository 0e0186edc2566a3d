//! What a bond counts (`BOND_XSTATS_*` of `linux/if_bonding.h`).
use crate::wire::Nest;

crate::table! {
    /// What a bond counts of LACP (IEEE 802.3ad; `BOND_3AD_STAT_*` of `linux/if_bonding.h`).
    table Bond3adStatsTable "bond_3ad";
    /// What a bond counts of LACP.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::Bond3adStatsView::parse(&[][..])?.lacpdu_tx(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Bond3adStatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::Bond3adStats::new().is_empty());
    /// ```
    request Bond3adStats;

    ro 0 BOND_3AD_STAT_LACPDU_RX lacpdu_rx: u64 = "Messages received.";
    ro 1 BOND_3AD_STAT_LACPDU_TX lacpdu_tx: u64 = "Messages sent.";
    ro 2 BOND_3AD_STAT_LACPDU_UNKNOWN_RX lacpdu_unknown_rx: u64 =
        "Messages received of a type that there is none of.";
    ro 3 BOND_3AD_STAT_LACPDU_ILLEGAL_RX lacpdu_illegal_rx: u64 = "Messages received that couldn't be read.";
    ro 4 BOND_3AD_STAT_MARKER_RX marker_rx: u64 = "Markers received.";
    ro 5 BOND_3AD_STAT_MARKER_TX marker_tx: u64 = "Markers sent.";
    ro 6 BOND_3AD_STAT_MARKER_RESP_RX marker_resp_rx: u64 = "Answers to markers received.";
    ro 7 BOND_3AD_STAT_MARKER_RESP_TX marker_resp_tx: u64 = "Answers to markers sent.";
    ro 8 BOND_3AD_STAT_MARKER_UNKNOWN_RX marker_unknown_rx: u64 =
        "Markers received of a type that there is none of.";
}

crate::table! {
    /// What a bond counts (`BOND_XSTATS_*` of `linux/if_bonding.h`).
    table BondXstatsTable "bond_xstats";
    /// What a bond counts, of itself or of a port.
    ///
    /// ```
    /// assert!(nlroute::stats::BondXstatsView::parse(&[][..])?.bond_3ad().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BondXstatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::BondXstats::new().is_empty());
    /// ```
    request BondXstats;

    ro 1 BOND_XSTATS_3AD bond_3ad: Bond3adStatsView<'_> as Nest<Bond3adStatsTable> =
        "LACP, where the bond's mode is that.";
}
