//! Slide 5, "a veth pair to the host": make it, move one end, give both addresses, ping.
//!
//! The talk gives `ceth0` a /26 beside the host's /24: a slip that happens to work, because .10
//! and .11 share the /26.
mod talk;

use std::process::ExitCode;

use talk::{ip, wire_up};

fn main() -> ExitCode {
    talk::run("5. A veth pair to the host", |talk| {
        let netns0 = talk.netns("netns0")?;
        talk.slip("ceth0's /26 beside the host's /24 works, because .10 and .11 share the /26.");
        wire_up(talk, &netns0, 0, "192.168.56.11/24", "192.168.56.10/26")?;

        talk.step("nsenter --net=/run/netns/netns0 ping -c 2 192.168.56.11");
        let ping = talk.ping(Some(&netns0), ip("192.168.56.11"), true)?;
        talk.see("2 sent, 2 received", ping.answered());
        talk.step("ping -c 2 192.168.56.10");
        let ping = talk.ping(None, ip("192.168.56.10"), true)?;
        talk.see("2 sent, 2 received", ping.answered());
        Ok(())
    })
}
