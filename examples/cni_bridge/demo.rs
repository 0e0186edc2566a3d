//! The plugin as an engine calls it, twice, in a sandbox.
use std::{
    env, fs,
    io::Write,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nlroute::{Connection, Netns, link::Links, sandbox::Sandbox};
use serde_json::{Value, json};

use super::{IPAM, ping::ping};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// A directory that goes with it.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn call(plugins: &Path, command: &str, container: &str, config: &Value) -> Result<Value> {
    let mut child = Command::new("/proc/self/exe")
        .env("CNI_COMMAND", command)
        .env("CNI_CONTAINERID", container)
        .env("CNI_NETNS", format!("/run/netns/{container}"))
        .env("CNI_IFNAME", "eth0")
        .env("CNI_PATH", plugins)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(config.to_string().as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("{command} of {container}: {said}").into());
    }
    match said.trim() {
        "" => Ok(Value::Null),
        said => Ok(serde_json::from_str(said)?),
    }
}

pub fn run() -> Result {
    println!("A CNI plugin of type bridge, called twice in a sandbox. It takes its orders by");
    println!("CNI_COMMAND and standard input; see the head of examples/cni_bridge/main.rs.");
    Sandbox::new().enter()?;
    let directory = env::temp_dir().join(format!("nlroute-cni-{}", std::process::id()));
    fs::create_dir(&directory)?;
    let directory = Directory(directory);
    symlink(env::current_exe()?, directory.0.join(IPAM))?;
    let mut config = json!({
        "cniVersion": "1.1.0",
        "name": "demo",
        "type": "bridge",
        "bridge": "cni0",
        "isDefaultGateway": true,
        "ipam": {
            "type": IPAM,
            "ranges": [[{ "subnet": "10.88.0.0/16" }], [{ "subnet": "fd00:88::/64" }]],
            "dataDir": directory.0.join("addresses"),
        },
    });
    let mut answers = Vec::new();
    for container in ["c1", "c2"] {
        let netns = Netns::create(container)?;
        let answer = call(&directory.0, "ADD", container, &config)?;
        println!("ADD {container}: {answer:#}");
        answers.push((container, netns, answer));
    }
    let (_, c1, _) = answers.first().ok_or("none was added")?;
    for to in ["10.88.0.3", "10.88.0.1", "fd00:88::3", "fd00:88::1"] {
        let ping = c1.run(|| ping(to.parse().map_err(std::io::Error::other)?, 1, true))??;
        println!("c1: {ping}");
        if !ping.answered() {
            return Err(format!("NOT SEEN: {to} answers").into());
        }
    }
    for (container, _, answer) in &answers {
        config["prevResult"] = answer.clone();
        call(&directory.0, "CHECK", container, &config)?;
        call(&directory.0, "DEL", container, &config)?;
        call(&directory.0, "DEL", container, &config)?;
        println!("CHECK, DEL and DEL again {container}: done");
    }
    let left = Connection::open()?.list(Links::all())?;
    let left: Vec<_> = left.iter().map(|link| link.name().to_string()).collect();
    println!("left: {}", left.join(" "));
    if left != ["lo", "cni0"] {
        return Err("NOT SEEN: only the bridge is left".into());
    }
    drop(answers);
    for container in Netns::list()? {
        Netns::delete(&container)?;
    }
    Ok(())
}
