//! Slide 7, "connecting to the other device": the host's eth0 can't be reached from netns0.
mod talk;

use std::process::ExitCode;

use talk::{show, wire_up};

fn main() -> ExitCode {
    talk::run("7. Connecting to the other device", |talk| {
        let netns0 = talk.netns("netns0")?;
        wire_up(talk, &netns0, 0, "192.168.56.11/24", "192.168.56.10/26")?;

        talk.step("ip addr show dev eth0");
        show::links(&mut talk.host)?;
        let eth0 = talk.eth0()?;
        talk.see(&format!("the host's eth0 has {eth0}"), eth0.is_ipv4());

        talk.step(&format!("nsenter --net=/run/netns/netns0 ping {eth0}"));
        let ping = talk.ping(Some(&netns0), eth0, false)?;
        talk.see("Network is unreachable (ENETUNREACH)", ping.unreachable());
        Ok(())
    })
}
