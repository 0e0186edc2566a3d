//! The metrics of a route: what TCP and the path to the destination are taken to be like.
use std::time::Duration;

use crate::wire::{Eighths, Millis, Quarters, Str, Text};

crate::open_flags! {
    /// Metrics that the kernel is not to change by what it learns (`RTAX_LOCK`; a bit for each
    /// `RTAX_*` number of `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::route::MetricsLock;
    /// assert_eq!(MetricsLock::MTU.bits(), 1 << 2);
    /// ```
    pub struct MetricsLock: u32 {
        /// The path's MTU; packets to it are sent without "don't fragment".
        const MTU = 1 << 2;
        /// The window.
        const WINDOW = 1 << 3;
        /// The round-trip time.
        const RTT = 1 << 4;
        /// The round-trip time's variance.
        const RTTVAR = 1 << 5;
        /// The slow start threshold.
        const SSTHRESH = 1 << 6;
        /// The congestion window.
        const CWND = 1 << 7;
        /// The maximal segment size.
        const ADVMSS = 1 << 8;
        /// The reordering.
        const REORDERING = 1 << 9;
        /// The hop limit.
        const HOPLIMIT = 1 << 10;
        /// The first congestion window.
        const INITCWND = 1 << 11;
        /// The features.
        const FEATURES = 1 << 12;
        /// The least retransmission time.
        const RTO_MIN = 1 << 13;
        /// The first receive window.
        const INITRWND = 1 << 14;
        /// Quick acknowledgement.
        const QUICKACK = 1 << 15;
        /// The congestion control algorithm.
        const CC_ALGO = 1 << 16;
        /// Fast open without a cookie.
        const FASTOPEN_NO_COOKIE = 1 << 17;
    }
}

crate::open_flags! {
    /// What TCP may use on a route (`RTAX_FEATURE_*` of `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::route::RouteFeatures;
    /// assert_eq!(RouteFeatures::ECN.bits(), 1);
    /// ```
    pub struct RouteFeatures: u32 {
        /// Explicit congestion notification.
        const ECN = 1;
        /// Selective acknowledgement; unused.
        const SACK = 1 << 1;
        /// Time stamps; unused.
        const TIMESTAMP = 1 << 2;
        /// A fragment header in every packet; unused.
        const ALLFRAG = 1 << 3;
        /// Time stamps in microseconds. Since Linux 6.7.
        const TCP_USEC_TS = 1 << 4;
    }
}

crate::table! {
    /// Metrics of a route (`RTAX_*` of `linux/rtnetlink.h`).
    table RouteMetricsTable "metrics";
    /// Metrics as the kernel tells them.
    ///
    /// ```
    /// use nlroute::route::RouteMetricsView;
    /// assert_eq!(RouteMetricsView::parse(&[][..])?.mtu(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view RouteMetricsView;
    /// Metrics to set.
    ///
    /// ```
    /// use nlroute::{Route, route::{MetricsLock, RouteMetrics}};
    /// let route = Route::default_via("192.0.2.1".parse()?)
    ///     .metrics(RouteMetrics::new().mtu(1400).lock(MetricsLock::MTU).initcwnd(20));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    request RouteMetrics;

    rw 1 RTAX_LOCK lock: MetricsLock = "Metrics that the kernel is not to change.";
    rw 2 RTAX_MTU mtu: u32 = "MTU of the path, in bytes.";
    rw 3 RTAX_WINDOW window: u32 = "Most that a receive window is said to be, in bytes.";
    rw 4 RTAX_RTT rtt: Duration as Eighths<u32> =
        "First guess of the round-trip time. The kernel counts in eighths of a millisecond.";
    rw 5 RTAX_RTTVAR rttvar: Duration as Quarters<u32> =
        "First guess of the round-trip time's variance. The kernel counts in quarters of a \
         millisecond.";
    rw 6 RTAX_SSTHRESH ssthresh: u32 = "First slow start threshold, in segments.";
    rw 7 RTAX_CWND cwnd: u32 = "Most that the congestion window becomes, in segments; only if locked.";
    rw 8 RTAX_ADVMSS advmss: u32 = "Segment size that the other end is told, in bytes.";
    rw 9 RTAX_REORDERING reordering: u32 = "How far packets are taken to overtake each other.";
    rw 10 RTAX_HOPLIMIT hoplimit: u32 = "Hop limit of packets sent, 1 to 255.";
    rw 11 RTAX_INITCWND initcwnd: u32 = "First congestion window, in segments.";
    rw 12 RTAX_FEATURES features: RouteFeatures = "What TCP may use.";
    rw 13 RTAX_RTO_MIN rto_min: Duration as Millis<u32>
        = "Least retransmission time, in milliseconds; only if locked.";
    rw 14 RTAX_INITRWND initrwnd: u32 = "First receive window, in segments.";
    rw 15 RTAX_QUICKACK quickack: u32 = "1: acknowledge at once. Since Linux 3.11.";
    rw 16 RTAX_CC_ALGO cc_algo: Text<'_> | &'a str as Str =
        "Congestion control algorithm, for instance `cubic`. Since Linux 4.0.";
    rw 17 RTAX_FASTOPEN_NO_COOKIE fastopen_no_cookie: u32 =
        "1: data in the first packet without a cookie. Since Linux 4.15.";
}
