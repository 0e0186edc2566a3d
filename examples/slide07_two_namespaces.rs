//! Slide 7, "two network namespaces": the second pair doesn't work, because the host then has two
//! routes for one prefix and takes the first.
//!
//! The talk prints `ping 172.18.0.20` where it means 192.168.56.20.
mod talk;

use std::process::ExitCode;

use talk::{ip, show, wire_up};

fn main() -> ExitCode {
    talk::run("7. Two network namespaces", |talk| {
        let netns0 = talk.netns("netns0")?;
        wire_up(talk, &netns0, 0, "192.168.56.11/24", "192.168.56.10/26")?;
        let netns1 = talk.netns("netns1")?;
        wire_up(talk, &netns1, 1, "192.168.56.21/24", "192.168.56.20/24")?;

        talk.step("nsenter --net=/run/netns/netns1 ip route list");
        let mut inside = netns1.connect()?;
        let routes = show::routes(&mut inside)?;
        let wanted = "192.168.56.0/24 dev ceth1 proto kernel scope link src 192.168.56.20";
        talk.see(wanted, routes == [wanted]);

        talk.step("nsenter --net=/run/netns/netns1 ping -c 2 192.168.56.21");
        let ping = talk.ping(Some(&netns1), ip("192.168.56.21"), false)?;
        talk.see("100% lost", ping.lost());
        talk.slip("it prints `ping 172.18.0.20`; 192.168.56.20 is meant.");
        talk.step("ping -c 2 192.168.56.20");
        let ping = talk.ping(None, ip("192.168.56.20"), false)?;
        talk.see("100% lost", ping.lost());

        talk.step("ip route list");
        let routes = show::routes(&mut talk.host)?;
        let clash: Vec<_> = routes
            .iter()
            .filter(|r| r.starts_with("192.168.56.0/24"))
            .collect();
        let devices = |n: usize, device: &str| clash.get(n).is_some_and(|r| r.contains(device));
        talk.see("two routes for 192.168.56.0/24", clash.len() == 2);
        talk.see(
            "dev veth0 first, dev veth1 second",
            devices(0, "dev veth0") && devices(1, "dev veth1"),
        );

        talk.step("ip route get 192.168.56.20");
        let device = show::look_up(&mut talk.host, ip("192.168.56.20"))?;
        talk.see(
            "the host looks for it behind veth0: that is why",
            device == "veth0",
        );
        Ok(())
    })
}
