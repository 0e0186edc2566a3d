//! Nouns that are asked for more rarely: address labels, neighbour tables, what links are set to.
use nlroute::Netns;

use crate::{
    harness::{Tidy, Whose, commands, folder, path, run_in, set_up},
    shows::{run_all, with_options},
    twins,
};

const LINKS: &str = "
    ip link add veth0 address 02:00:00:00:00:02 type veth peer name ceth0 address 02:00:00:00:00:03
    ip link set veth0 addrgenmode none
    ip link set ceth0 addrgenmode none
    ip link property add dev veth0 altname another-name
";
const SET: &str = "
    ip addrlabel add prefix 2001:db8::/32 label 99
    ip addrlabel add prefix 2001:db8:1::/48 dev veth0 label 98
    ip addrlabel add prefix 2001:db8:2::/48 label 97
    ip addrlabel del prefix 2001:db8:2::/48 label 97
    ip ntable change name arp_cache dev veth0 base_reachable 40000 retrans 2000 gc_stale 70000 delay_probe 6000 queue 5
    ip ntable change name arp_cache dev veth0 app_probes 1 ucast_probes 4 mcast_probes 5 anycast_delay 2000 proxy_delay 900 proxy_queue 70 locktime 2000
    ip -6 ntable change name ndisc_cache dev veth0 retrans 3000
";
const QUESTIONS: &str = "
    ip OPT addrlabel
    ip OPT netconf
    ip OPT netconf show dev veth0
    ip OPT ntable
    ip OPT ntable show dev veth0
    ip OPT ntable show name ndisc_cache
    ip OPT ntable show dev none name arp_cache
    ip OPT mroute
    ip OPT mroute show table all
";
/// Others in each.
const WRONG: &str = "
    ip addrlabel add
    ip addrlabel add prefix 2001:db8::/32
    ip addrlabel add prefix 2001:db8::/32 label x
    ip addrlabel add prefix 2001:db8::/32 label 5
    ip addrlabel add prefix x label 5
    ip addrlabel add prefix 2001:db8::/32 label 5 dev nope
    ip addrlabel del prefix 2001:db8:77::/48 label 5
    ip addrlabel list all
    ip addrlabel frob
    ip netconf show dev nope
    ip netconf frob
    ip ntable change
    ip ntable change name arp_cache
    ip ntable change name arp_cache dev nope queue 5
    ip ntable change name nosuch dev veth0 queue 5
    ip ntable change name arp_cache dev veth0 queue x
    ip ntable show dev nope
    ip ntable show frob
    ip ntable frob
    ip mroute show iif nope
    ip mroute frob
";

/// What one program saves the other shows and makes again.
fn saved() {
    const SAVED: &str = "
        ip link set veth0 up
        ip link set ceth0 up
        ip addr add 192.0.2.1/24 dev veth0
        ip addr add 2001:db8::1/64 dev veth0 nodad
        ip route add 198.51.100.0/24 via 192.0.2.9
        ip route add 203.0.113.0/24 dev ceth0 scope link metric 7
    ";
    let file = folder().join("saved");
    let shell = |netns: &Netns, whose: Whose, line: &str| {
        let program = path(whose, "ip");
        let (program, file) = (program.display(), file.display());
        let line = line.replace("IP", &program.to_string());
        let line = line.replace("FILE", &file.to_string());
        let output = run_in(Some(netns), Whose::Theirs, &["sh", "-c", &line], "");
        assert_eq!(output.code, Some(0), "{line}: {output:?}");
        output.out
    };
    let netns = Netns::create("here").unwrap();
    set_up(&netns, Whose::Theirs, LINKS);
    set_up(&netns, Whose::Theirs, SAVED);
    twins::settle(&netns);
    let listed = shell(&netns, Whose::Theirs, "IP route; IP addr show dev veth0");
    for (saves, restores) in [(Whose::Theirs, Whose::Ours), (Whose::Ours, Whose::Theirs)] {
        for noun in ["addr", "route"] {
            let line = format!("IP {noun} save > FILE.{noun}");
            shell(&netns, saves, &line);
            let line = format!("IP {noun} showdump < FILE.{noun}");
            let [theirs, ours] = [saves, restores].map(|whose| shell(&netns, whose, &line));
            assert_eq!(theirs, ours);
            assert!(theirs.contains("192.0.2"), "{theirs}");
        }
        shell(
            &netns,
            saves,
            "IP route flush 198.51.100.0/24; IP -4 addr flush dev veth0",
        );
        for noun in ["addr", "route"] {
            shell(
                &netns,
                restores,
                &format!("IP {noun} restore < FILE.{noun}"),
            );
        }
        let now = shell(&netns, Whose::Theirs, "IP route; IP addr show dev veth0");
        assert_eq!(listed, now);
    }
    Netns::delete("here").unwrap();
}

pub fn run() {
    let tidy = Tidy;
    saved();
    let netns = Netns::create("here").unwrap();
    set_up(&netns, Whose::Theirs, LINKS);
    set_up(&netns, Whose::Ours, SET);
    let options = ["", "-o", "-d", "-4", "-6", "-j", "-j -p", "-j -4"];
    run_all(&netns, with_options(QUESTIONS, &options).into_iter());
    run_all(&netns, commands(WRONG).map(str::to_owned));
    Netns::delete("here").unwrap();
    drop(tidy);
    let flushed = "
        ip addrlabel flush
        ip addrlabel add prefix ::/0 label 1
    ";
    let state = ["ip OPT link", "ip OPT addrlabel", "ip OPT ntable"];
    twins::alike(&[LINKS, SET, flushed], &state);
}
