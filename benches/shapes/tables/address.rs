nlroute::table! {
    /// The attributes of an address.
    table AddressTable "address" after AddressHeader;
    /// An address, read.
    view AddressView;
    /// What an address is to be.
    request AddressAttributes;
    rw 1 IFA_ADDRESS address: IpAddr as IpBytes = "The address, or the other end's.";
    rw 2 IFA_LOCAL local: IpAddr as IpBytes = "This end's address.";
    rw 3 IFA_LABEL label: Text<'_> | &'a str as Str = "A name for it.";
    rw 4 IFA_BROADCAST broadcast: IpAddr as IpBytes = "Address of all.";
    ro 5 IFA_ANYCAST anycast: IpAddr as IpBytes = "Address of any.";
    rw 6 IFA_CACHEINFO cacheinfo: CacheInfo = "How long it lives.";
    ro 7 IFA_MULTICAST multicast: IpAddr as IpBytes = "Address of a group.";
    rw 8 IFA_FLAGS flags: u32 = "Flags.";
    rw 9 IFA_RT_PRIORITY rt_priority: u32 = "Metric of its route.";
    rw 10 IFA_TARGET_NETNSID target_netnsid: i32 = "Number of the namespace that is meant.";
    rw 11 IFA_PROTO proto: u8 = "Where it comes from.";
}
