//! Pages to read beside the reference.
//!
//! | you | read |
//! |---|---|
//! | want to see how something is done | the [`cookbook`], recipes that run |
//! | ask what takes which capability, and what becomes of your threads | [`rights`] |
//! | have an error | [`errors`], and the [ten commonest](crate::errors) |
//! | know the command of `ip` or `bridge` | [`from_ip`] |
//! | come from the crate rtnetlink | [`from_rtnetlink`] |
//! | come from the crate neli | [`from_neli`] |
//! | ask what stays as it is from version to version, which Rust and which kernel it takes | [`stability`] |
//! | wrote a layer by hand | [`migrations`], of netavark's, youki's, aya's and agave's |

pub mod cookbook {
    //! Recipes, each of which is compiled and run by the tests.
    //!
    //! | | |
    //! |---|---|
    //! | [`containers`] | a container on a bridge; a macvlan or ipvlan born in it; move a card in and get it back; unused names and subnets; run something inside; take it away |
    //! | [`links`] | rename, MTU, MAC; pin a bridge's MAC; VLANs on a bridge; a bond; VXLAN; forwarding databases; lists by kind and master; counters; XDP; a kind of your own |
    //! | [`addresses`] | IPv6 at once; flush; which source, link and gateway; proxy ARP and NDP; neighbours one by one |
    //! | [`routes`] | by mark and table; several gateways; next hop objects; blackhole and throw; so that it is there; ten thousand |
    //! | [`watching`] | wait for a carrier; be told; track the state; an event loop; deadlines |
    //! | [`testing`] | a sandbox; record and replay; bytes; another family of netlink |
    //!
    //! Where a kernel lacks what a recipe is about, it says so and goes on:
    //! [`is_unsupported`](crate::Error::is_unsupported).

    #[doc = include_str!("../docs/guide/cookbook/addresses.md")]
    pub mod addresses {}
    #[doc = include_str!("../docs/guide/cookbook/containers.md")]
    pub mod containers {}
    #[doc = include_str!("../docs/guide/cookbook/links.md")]
    pub mod links {}
    #[doc = include_str!("../docs/guide/cookbook/routes.md")]
    pub mod routes {}
    #[doc = include_str!("../docs/guide/cookbook/testing.md")]
    pub mod testing {}
    #[doc = include_str!("../docs/guide/cookbook/watching.md")]
    pub mod watching {}
}

#[doc = include_str!("../docs/guide/errors.md")]
pub mod errors {}
#[doc = include_str!("../docs/guide/rights.md")]
pub mod rights {}
#[doc = include_str!("../docs/stability.md")]
pub mod stability {}

#[doc = include_str!("../docs/from/ip.md")]
pub mod from_ip {}
#[doc = include_str!("../docs/from/neli.md")]
pub mod from_neli {}
#[doc = include_str!("../docs/from/rtnetlink.md")]
pub mod from_rtnetlink {}
#[doc = include_str!("../docs/migrations.md")]
pub mod migrations {}
