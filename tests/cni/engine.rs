//! What calls the plugin, as a container engine does, and sees what is left.
use std::{
    fs,
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Once, mpsc},
    thread,
    time::Duration,
};

use nlroute::{Connection, Netns, link::Links};
use serde_json::{Value, json};

use crate::programs::program;

/// Nothing here takes as long, on whatever machine.
pub const LONG: Duration = Duration::from_secs(120);
pub const IPAM: &str = "nlroute-ipam";
pub const TABLE: &str = "nlroute_cni";

/// The plugin of this crate. `cargo test` builds it with the tests; a single test of them doesn't.
pub fn plugin() -> PathBuf {
    static BUILT: Once = Once::new();
    let path = program("cni_bridge");
    BUILT.call_once(|| {
        if path.exists() {
            return;
        }
        let cargo = option_env!("CARGO").unwrap_or("cargo");
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--example", "cni_bridge"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(built.unwrap().success());
    });
    path
}

/// Runs a program to its end, which must come.
pub fn run(mut command: Command, input: String) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (pid, stdin) = (child.id(), child.stdin.take());
    let (sender, ended) = mpsc::channel();
    let waits = thread::spawn(move || {
        // One that doesn't read it may have ended.
        let _ = stdin.unwrap().write_all(input.as_bytes());
        let _ = sender.send(child.wait_with_output());
    });
    let output = ended.recv_timeout(LONG);
    if output.is_err() {
        // SAFETY: the child hasn't been waited for, so the number is still its own.
        unsafe { libc::kill(pid as i32, libc::SIGKILL) };
    }
    waits.join().unwrap();
    output.expect("it must end").unwrap()
}

/// A directory of plugins, and the addresses that the IPAM plugin has given.
pub struct Engine {
    pub directory: PathBuf,
    pub plugin: PathBuf,
}

impl Engine {
    pub fn new(test: &str) -> Self {
        let name = format!("nlroute-cni-{test}-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir(&directory).unwrap();
        let plugin = plugin();
        symlink(&plugin, directory.join(IPAM)).unwrap();
        Self { directory, plugin }
    }

    /// The configuration that most tests begin with.
    pub fn config(&self) -> Value {
        json!({
            "cniVersion": "1.1.0",
            "name": "net",
            "type": "bridge",
            "bridge": "br0",
            "isDefaultGateway": true,
            "nodad": true,
            "ipam": {
                "type": IPAM,
                "ranges": [[{ "subnet": "10.88.0.0/24" }], [{ "subnet": "fd00:88::/64" }]],
                "dataDir": self.directory.join("addresses"),
            },
        })
    }

    /// An IPAM plugin of the test's own: a program of the shell.
    pub fn script(&self, name: &str, text: &str) {
        let path = self.directory.join(name);
        fs::write(&path, format!("#!/bin/sh\ncat > /dev/null\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn command(&self, command: &str, container: &str) -> Command {
        let mut program = Command::new(&self.plugin);
        program
            .env("CNI_COMMAND", command)
            .env("CNI_CONTAINERID", container)
            .env("CNI_NETNS", netns(container))
            .env("CNI_IFNAME", "eth0")
            .env("CNI_PATH", &self.directory);
        program
    }

    /// What it answers, or its error.
    pub fn call(&self, command: &str, container: &str, config: &Value) -> Result<Value, Value> {
        answer(run(self.command(command, container), config.to_string()))
    }

    #[track_caller]
    pub fn add(&self, container: &str, config: &Value) -> Value {
        let answer = self.call("ADD", container, config);
        answer.unwrap_or_else(|error| panic!("{error:#}"))
    }

    #[track_caller]
    pub fn succeeds(&self, command: &str, container: &str, config: &Value) {
        let answer = self.call(command, container, config);
        let answer = answer.unwrap_or_else(|error| panic!("{command}: {error:#}"));
        assert_eq!(answer, Value::Null, "{command}");
    }

    /// The code and the message of an error.
    #[track_caller]
    pub fn fails(&self, command: &str, container: &str, config: &Value) -> (u64, String) {
        let error = self.call(command, container, config).unwrap_err();
        let code = error["code"].as_u64().unwrap();
        let details = error["details"].as_str().unwrap_or_default();
        (
            code,
            format!("{} {details}", error["msg"].as_str().unwrap()),
        )
    }

    /// All that containers have left, the bridge aside: links, and addresses that are taken.
    pub fn left(&self, bridge: &str) -> Vec<String> {
        let mut left: Vec<_> = links(&mut Connection::open().unwrap());
        left.retain(|link| link != "lo" && link != bridge);
        for name in Netns::list().unwrap() {
            let mut inside = Netns::open(&name).unwrap().connect().unwrap();
            let links = links(&mut inside).into_iter();
            let links = links.filter(|link| link != "lo");
            left.extend(links.map(|link| format!("{name:?}: {link}")));
        }
        let addresses = fs::read_dir(self.directory.join("addresses/net"));
        for entry in addresses.into_iter().flatten() {
            left.push(entry.unwrap().file_name().into_string().unwrap());
        }
        left
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

pub fn netns(container: &str) -> PathBuf {
    Path::new("/run/netns").join(container)
}

pub fn links(connection: &mut Connection) -> Vec<String> {
    let listed = connection.list(Links::all()).unwrap();
    listed.iter().map(|link| link.name().to_string()).collect()
}

pub fn answer(output: Output) -> Result<Value, Value> {
    let said = String::from_utf8_lossy(&output.stdout);
    let value = match said.trim() {
        "" => Value::Null,
        said => serde_json::from_str(said).unwrap_or_else(|error| panic!("{error}: {said}")),
    };
    match output.status.code() {
        Some(0) => Ok(value),
        Some(_) => Err(value),
        None => panic!(
            "{}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}
