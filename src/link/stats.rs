//! Counters of a link (`rtnl_link_stats64` of `linux/if_link.h`).

/// Both widths of the same counters.
macro_rules! counters {
    ($($offset32:literal $offset64:literal $name:ident = $doc:literal;)*) => {
        crate::record! {
            /// Counters of a link, since it was made; every kind counts what it can.
            ///
            /// ```
            /// let stats = nlroute::link::LinkStats::at(&7u64.to_ne_bytes());
            /// assert_eq!((stats.rx_packets, stats.tx_packets), (7, 0));
            /// ```
            #[non_exhaustive]
            pub struct LinkStats "rtnl_link_stats64" 200 from 184;
            $($offset64 $name $name: u64 = $doc;)*
            192 rx_otherhost_dropped rx_otherhost_dropped: u64
                = "Packets dropped because they were for another host. Since Linux 5.19.";
        }

        crate::record! {
            /// Counters of a link, 32 bits wide: they wrap. [`LinkStats`] doesn't.
            ///
            /// ```
            /// assert_eq!(nlroute::link::LinkStats32::LEN, 96);
            /// ```
            #[non_exhaustive]
            pub struct LinkStats32 "rtnl_link_stats" 96 from 92;
            $($offset32 $name $name: u32 = $doc;)*
        }
    };
}

counters! {
    0 0 rx_packets = "Packets received.";
    4 8 tx_packets = "Packets sent.";
    8 16 rx_bytes = "Bytes received.";
    12 24 tx_bytes = "Bytes sent.";
    16 32 rx_errors = "Packets that arrived broken.";
    20 40 tx_errors = "Packets that could not be sent.";
    24 48 rx_dropped = "Packets received and not taken: no room, or nobody for them.";
    28 56 tx_dropped = "Packets dropped on their way out.";
    32 64 multicast = "Multicast packets received.";
    36 72 collisions = "Collisions while sending.";
    40 80 rx_length_errors = "Packets of an impossible length, among the errors.";
    44 88 rx_over_errors = "Packets lost in the receiver's overflow, among the errors.";
    48 96 rx_crc_errors = "Packets with a wrong checksum, among the errors.";
    52 104 rx_frame_errors = "Packets wrongly framed, among the errors.";
    56 112 rx_fifo_errors = "Packets lost in the receiver's queue, among the errors.";
    60 120 rx_missed_errors = "Packets lost because the host was too slow.";
    64 128 tx_aborted_errors = "Packets whose sending was given up, among the errors.";
    68 136 tx_carrier_errors = "Packets lost because the carrier was, among the errors.";
    72 144 tx_fifo_errors = "Packets lost in the sender's queue, among the errors.";
    76 152 tx_heartbeat_errors = "Missing heartbeats of old Ethernet, among the errors.";
    80 160 tx_window_errors = "Late collisions, among the errors.";
    84 168 rx_compressed = "Compressed packets received.";
    88 176 tx_compressed = "Compressed packets sent.";
    92 184 rx_nohandler = "Packets dropped because the link takes none. Since Linux 4.6.";
}
