//! Slide 2, "what the Linux network stack consists of": devices, routes, packet filter rules.
//!
//! The talk's words: `ip link list`, `ip route list`, `iptables --list-rules`.
mod talk;

use std::process::{Command, ExitCode};

use nlroute::link::Links;
use talk::show;

fn main() -> ExitCode {
    talk::run("2. What the Linux network stack consists of", |talk| {
        talk.step("ip link list");
        show::links(&mut talk.host)?;
        let links = talk.host.list(Links::all())?;
        talk.see(
            "lo and eth0",
            ["lo", "eth0"]
                .iter()
                .all(|n| links.iter().any(|l| l.name() == *n)),
        );

        talk.step("ip route list");
        let routes = show::routes(&mut talk.host)?;
        talk.see("routes of the host", !routes.is_empty());

        talk.step("iptables --list-rules");
        // Rules are netfilter's, another family of netlink: read by iptables where it is
        // installed, and else by what the kernel says of its tables.
        match Command::new("iptables").arg("--list-rules").output() {
            Ok(output) if output.status.success() => {
                print!("{}", String::from_utf8_lossy(&output.stdout));
                talk.see(
                    "packet filter rules, by iptables",
                    !output.stdout.is_empty(),
                );
            }
            _ => {
                let tables = std::fs::read_to_string("/proc/net/ip_tables_names");
                let tables = tables.unwrap_or_default();
                let names: Vec<_> = tables.split_whitespace().collect();
                println!("  no iptables here; its tables in the kernel: {names:?}");
                talk.see(
                    "packet filter rules, by the kernel: none without a table",
                    names.is_empty(),
                );
            }
        }
        Ok(())
    })
}
