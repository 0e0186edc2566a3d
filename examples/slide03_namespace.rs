//! Slide 3, "network namespaces": make one, list it, look at the stack inside.
//!
//! The talk's words: `ip netns add netns0`, `ip netns list`, `nsenter --net=/run/netns/netns0`.
mod talk;

use std::process::{Command, ExitCode};

use nlroute::{Netns, Routes, link::Links};
use talk::show;

fn main() -> ExitCode {
    talk::run("3. Network namespaces", |talk| {
        talk.step("ip netns add netns0");
        let netns0 = talk.netns("netns0")?;

        talk.step("ip netns list");
        let names = Netns::list()?;
        println!("  {names:?}");
        talk.see(
            "netns0 is listed",
            names.iter().any(|name| name == "netns0"),
        );
        match Command::new("ip").args(["netns", "list"]).output() {
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stdout);
                let listed = text.lines().any(|line| line.starts_with("netns0"));
                talk.see("and by `ip netns list`", listed);
            }
            Err(_) => println!("  (no `ip` here to list it too)"),
        }

        talk.step("nsenter --net=/run/netns/netns0; ip link list; ip route list");
        let mut inside = netns0.connect()?;
        show::links(&mut inside)?;
        let routes = show::routes(&mut inside)?;
        let links = inside.list(Links::all())?;
        let lo = links.iter().find(|link| link.name() == "lo");
        talk.see("only lo", links.len() == 1 && lo.is_some());
        talk.see("which is DOWN", lo.is_some_and(|lo| !lo.is_up()));
        talk.see(
            "no route",
            routes.is_empty() && inside.list(Routes::all())?.is_empty(),
        );
        let tables =
            netns0.run(|| std::fs::read_to_string("/proc/thread-self/net/ip_tables_names"))?;
        talk.see("no rule", tables.unwrap_or_default().is_empty());
        Ok(())
    })
}
