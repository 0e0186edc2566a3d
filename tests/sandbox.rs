//! Sandboxes: what is private in them, what doesn't leak out, and that no test passes unrun.
use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::{fs::MetadataExt, fs::chroot},
    panic::catch_unwind,
    process::{Command, Output},
    thread,
};

#[path = "common/process.rs"]
mod process;

use nlroute::{
    Error, ErrorKind, Netns,
    sandbox::{self, Outcome, Sandbox, isolated},
};
use process::{every, forked, refuse};

/// Set in a run of one test of this file that another run started.
const INNER: &str = "SANDBOX_TEST_INNER";

fn inner() -> Option<String> {
    env::var(INNER).ok()
}

/// Runs one test of this file as a test runner would, with its output captured.
fn run_test(name: &str, inner: &str) -> Output {
    // The body of an isolated test may be running this: then the way in is not by the path.
    let mut command = Command::new("/proc/self/exe");
    command
        .args([name, "--exact"])
        .env(INNER, inner)
        .env("RUST_BACKTRACE", "0");
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// The inode of one of the calling thread's namespaces.
fn inode(kind: &str) -> u64 {
    fs::metadata(format!("/proc/thread-self/ns/{kind}"))
        .unwrap()
        .ino()
}

/// What a shell prints in a sandbox.
fn shell(sandbox: &Sandbox, script: &str) -> String {
    let mut command = Command::new("sh");
    let output = sandbox
        .apply(command.args(["-ec", script]))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Asserts that an error blames this setting.
#[track_caller]
fn assert_forbidden(error: &Error, setting: &str) {
    match error.kind() {
        ErrorKind::Forbidden { reason, .. } => assert!(reason.contains(setting), "{error}"),
        _ => panic!("{error:?}"),
    }
    assert!(error.to_string().contains(setting), "{error}");
}

#[test]
fn a_body_runs_in_namespaces_of_its_own_with_no_names() {
    const NAME: &str = "a_body_runs_in_namespaces_of_its_own_with_no_names";
    let say = |where_: &str| {
        println!(
            "{where_} {} {} {}",
            inode("net"),
            inode("mnt"),
            std::process::id()
        );
    };
    if inner().is_some() {
        let outcome = isolated(|| {
            assert!(Netns::list().unwrap().is_empty());
            Netns::create("x").unwrap();
            say("inside");
        });
        assert_eq!(outcome, Outcome::Ran);
        say("outside");
        return;
    }
    let mut run = Command::new("/proc/self/exe");
    let run = run
        .args([NAME, "--exact", "--nocapture"])
        .env(INNER, "1")
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", text(&run));
    // The child's output is passed on. What stands behind the body runs in the child too, and then
    // outside, so the last line counts.
    let output = text(&run);
    let find = |word: &str| -> Vec<&str> {
        let mut lines = output.lines().rev();
        let found = lines.find_map(|line| line.split_once(&format!("{word} ")));
        found
            .unwrap_or_else(|| panic!("{output}"))
            .1
            .split(' ')
            .collect()
    };
    let (inside, outside) = (find("inside"), find("outside"));
    assert_eq!((inside.len(), outside.len()), (3, 3));
    assert!(
        inside
            .iter()
            .zip(&outside)
            .all(|(inside, outside)| inside != outside),
        "{output}"
    );
}

#[test]
fn a_body_that_panics_fails_its_test() {
    if inner().is_some() {
        isolated(|| panic!("on purpose"));
        return;
    }
    let output = run_test("a_body_that_panics_fails_its_test", "1");
    assert_eq!(output.status.code(), Some(101));
    assert!(text(&output).contains("on purpose"), "{}", text(&output));
    assert!(
        text(&output).contains("failed in its sandbox"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_body_that_returns_an_error_fails_its_test() {
    if let Some(how) = inner() {
        isolated(|| {
            if how == "error" {
                Err("on purpose")
            } else {
                Ok(())
            }
        });
        return;
    }
    const NAME: &str = "a_body_that_returns_an_error_fails_its_test";
    let output = run_test(NAME, "error");
    assert_eq!(output.status.code(), Some(101));
    assert!(
        text(&output).contains(r#"Error: "on purpose""#),
        "{}",
        text(&output)
    );
    assert!(run_test(NAME, "none").status.success());
}

#[test]
#[should_panic(expected = "on purpose")]
fn a_test_that_should_panic_does_so_by_its_body() {
    isolated(|| panic!("on purpose"));
}

#[test]
fn a_body_that_ends_its_process_fails_its_test() {
    if let Some(how) = inner() {
        isolated(|| match how.as_str() {
            "exit" => std::process::exit(0),
            _ => std::process::abort(),
        });
        return;
    }
    for how in ["exit", "abort"] {
        let output = run_test("a_body_that_ends_its_process_fails_its_test", how);
        assert_eq!(output.status.code(), Some(101), "{how}");
        assert!(
            text(&output).contains("failed in its sandbox"),
            "{}",
            text(&output)
        );
    }
}

#[test]
fn a_body_that_is_never_reached_fails_its_test() {
    if inner().is_some() {
        return;
    }
    // Both are named like something that this binary runs well: no test, and another one.
    for name in ["no_such_test", "another_test_that_passes"] {
        let thread = thread::Builder::new().name(name.to_owned());
        let run = thread.spawn(|| isolated(|| ())).unwrap().join();
        let panic = run.unwrap_err().downcast::<String>().unwrap();
        assert!(panic.contains("never came to the test's body"), "{panic}");
        assert!(panic.contains("test result: ok"), "{panic}");
    }
}

#[test]
fn another_test_that_passes() {
    assert_eq!(Sandbox::new(), Sandbox::default());
}

#[test]
fn a_second_body_in_a_test_is_refused() {
    if inner().is_some() {
        isolated(|| ());
        isolated(|| ());
        return;
    }
    let output = run_test("a_second_body_in_a_test_is_refused", "1");
    assert_eq!(output.status.code(), Some(101));
    assert!(
        text(&output).contains("once in a test only"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_skipped_test_says_so_past_the_capture() {
    if let Some(how) = inner() {
        if how == "bare" {
            sandbox::skip("no\nreason");
        } else {
            assert_eq!(isolated(|| sandbox::skip("no\nreason")), Outcome::Skipped);
        }
        return;
    }
    for how in ["bare", "isolated"] {
        let output = run_test("a_skipped_test_says_so_past_the_capture", how);
        assert!(output.status.success(), "{}", text(&output));
        let errors = String::from_utf8(output.stderr).unwrap();
        let line = "SKIPPED a_skipped_test_says_so_past_the_capture: no reason";
        assert_eq!(
            errors.lines().filter(|found| *found == line).count(),
            1,
            "{how}: {errors}"
        );
    }
}

#[test]
fn a_process_of_a_body_isolates_its_own_tests() {
    const INSIDE: &str = "/run/netns/inner-was-here";
    if inner().is_some() {
        isolated(|| {
            assert!(Netns::list().unwrap().is_empty());
            fs::write(INSIDE, "").unwrap();
        });
        return;
    }
    isolated(|| {
        Netns::create("outer").unwrap();
        let output = run_test("a_process_of_a_body_isolates_its_own_tests", "1");
        assert!(output.status.success(), "{}", text(&output));
        assert_eq!(Netns::list().unwrap(), ["outer"]);
    });
}

#[test]
fn one_thread_for_all_tests_runs_them_as_well() {
    if inner().is_some() {
        assert_eq!(isolated(|| ()), Outcome::Ran);
        return;
    }
    let mut run = Command::new("/proc/self/exe");
    run.args([
        "one_thread_for_all_tests_runs_them_as_well",
        "--exact",
        "--test-threads=1",
    ]);
    let output = run.env(INNER, "1").output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    // On the main thread, whose name tells nothing, the body's type gives the test's name. The
    // thread of this name stands in for it.
    let main = thread::Builder::new().name("main".to_owned());
    let name = "one_thread_for_all_tests_runs_them_as_well";
    let message = main
        .spawn(|| {
            let run = catch_unwind(|| isolated(|| panic!("reached")));
            run.unwrap_err().downcast::<String>().unwrap()
        })
        .unwrap()
        .join()
        .unwrap();
    assert!(message.starts_with(name), "{message}");
}

#[test]
fn a_command_is_root_over_an_empty_network() {
    for sandbox in [Sandbox::new(), Sandbox::new().user_namespace(true)] {
        let printed = shell(
            &sandbox,
            "readlink /proc/self/ns/net; readlink /proc/self/ns/mnt; ls -A /run/netns | wc -l; id -u; id -g",
        );
        let lines: Vec<&str> = printed.lines().collect();
        assert_ne!(lines[0], format!("net:[{}]", inode("net")));
        assert_ne!(lines[1], format!("mnt:[{}]", inode("mnt")));
        assert_eq!(lines[2..], ["0", "0", "0"]);
    }
}

#[test]
fn a_user_namespace_maps_the_caller_alone() {
    let printed = shell(
        &Sandbox::new().user_namespace(true),
        "cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups",
    );
    let words: Vec<&str> = printed.split_whitespace().collect();
    let own = fs::metadata("/proc/self").unwrap();
    let (user, group) = (own.uid().to_string(), own.gid().to_string());
    assert_eq!(words, ["0", &user, "1", "0", &group, "1", "deny"]);
}

#[test]
fn commands_in_parallel_have_a_network_each() {
    let networks: BTreeSet<String> = thread::scope(|scope| {
        // Each waits for its input's end, which comes when all have been started.
        let children: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let mut command = Command::new("sh");
                    command.args(["-c", "readlink /proc/self/ns/net; read line"]);
                    command.stdin(std::process::Stdio::piped());
                    command.stdout(std::process::Stdio::piped());
                    Sandbox::new().apply(&mut command).spawn().unwrap()
                })
            })
            .collect();
        let children: Vec<_> = children
            .into_iter()
            .map(|child| child.join().unwrap())
            .collect();
        let outputs = children
            .into_iter()
            .map(|child| child.wait_with_output().unwrap());
        outputs
            .map(|output| String::from_utf8(output.stdout).unwrap())
            .collect()
    });
    assert_eq!(networks.len(), 8, "{networks:?}");
}

#[test]
fn nothing_mounted_inside_shows_outside() {
    isolated(|| {
        let mount = |arguments: &[&str]| {
            assert!(
                Command::new("mount")
                    .args(arguments)
                    .status()
                    .unwrap()
                    .success()
            );
        };
        // Outside is this body, with everything shared, as on a host with systemd.
        mount(&["--make-rshared", "/"]);
        Netns::create("outer").unwrap();
        let mounts = || fs::read_to_string("/proc/self/mountinfo").unwrap();
        let before = mounts();
        for sandbox in [Sandbox::new(), Sandbox::new().user_namespace(true)] {
            let script =
                "mount -t tmpfs x /mnt; touch /run/netns/y; mount --make-shared /run/netns;
                mount --bind /proc/self/ns/net /run/netns/y; cat /proc/self/mountinfo";
            let inside = shell(&sandbox, script);
            assert!(inside.contains(" /run/netns/y "), "{inside}");
            assert!(inside.contains(" /mnt "), "{inside}");
            assert_eq!(mounts(), before);
        }
        assert_eq!(Netns::list().unwrap(), ["outer"]);
    });
}

#[test]
fn run_is_covered_where_the_directory_is_missing() {
    isolated(|| {
        let tmpfs = ["-t", "tmpfs", "x", "/run"];
        assert!(
            Command::new("mount")
                .args(tmpfs)
                .status()
                .unwrap()
                .success()
        );
        fs::write("/run/seen", "").unwrap();
        assert_eq!(
            shell(&Sandbox::new(), "ls -A /run; ls -A /run/netns"),
            "netns\n"
        );
        assert!(!fs::exists("/run/netns").unwrap());
        fs::create_dir("/run/netns").unwrap();
        assert_eq!(
            shell(&Sandbox::new(), "ls -A /run; ls -A /run/netns"),
            "netns\nseen\n"
        );
    });
}

#[test]
fn a_process_of_several_threads_gets_no_user_namespace() {
    let before = (inode("user"), inode("net"), inode("mnt"));
    let error = Sandbox::new().user_namespace(true).enter().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
    assert!(error.to_string().contains("one thread only"), "{error}");
    assert_eq!((inode("user"), inode("net"), inode("mnt")), before);
}

#[test]
fn a_process_enters_for_good() {
    isolated(|| {
        Netns::create("outer").unwrap();
        for always in [false, true] {
            let before = (inode("user"), inode("net"), inode("mnt"));
            let status = forked(|| {
                Sandbox::new().user_namespace(always).enter().unwrap();
                assert_eq!(inode("user") != before.0, always);
                assert_ne!(inode("net"), before.1);
                assert_ne!(inode("mnt"), before.2);
                assert!(Netns::list().unwrap().is_empty());
                Netns::create("inner").unwrap();
            });
            assert_eq!(status.code(), Some(0), "{status}");
            assert_eq!(Netns::list().unwrap(), ["outer"]);
        }
    });
}

#[test]
fn a_limit_that_forbids_sandboxes_is_named() {
    const NAME: &str = "a_limit_that_forbids_sandboxes_is_named";
    if inner().is_some() {
        isolated(|| ());
        return;
    }
    isolated(|| {
        let status = forked(|| {
            // Root over a user namespace may set that one's limits.
            Sandbox::new().user_namespace(true).enter().unwrap();
            let limit = |kind: &str, value: &str| {
                fs::write(format!("/proc/sys/user/max_{kind}_namespaces"), value).unwrap();
            };
            limit("net", "0");
            let setting = "/proc/sys/user/max_net_namespaces is 0";
            assert_forbidden(&Sandbox::new().enter().unwrap_err(), setting);
            let sandbox = Sandbox::new();
            let error = sandbox
                .apply(&mut Command::new("true"))
                .status()
                .unwrap_err();
            assert_forbidden(&sandbox.explain(error), setting);
            // A test fails by it, unless it may be skipped.
            let failed = run_test(NAME, "1");
            assert_eq!(failed.status.code(), Some(101));
            assert!(text(&failed).contains(setting), "{}", text(&failed));
            let mut skipped = Command::new("/proc/self/exe");
            skipped
                .args([NAME, "--exact"])
                .env(INNER, "1")
                .env("NLROUTE_SANDBOX_MAY_SKIP", "1");
            let skipped = skipped.output().unwrap();
            assert!(skipped.status.success(), "{}", text(&skipped));
            let errors = String::from_utf8_lossy(&skipped.stderr);
            let line = errors
                .lines()
                .find(|line| line.starts_with(&format!("SKIPPED {NAME}: ")));
            assert!(line.is_some_and(|line| line.contains(setting)), "{errors}");

            limit("net", "1");
            limit("user", "0");
            let error = Sandbox::new().user_namespace(true).enter().unwrap_err();
            assert_forbidden(&error, "/proc/sys/user/max_user_namespaces is 0");
            // What has nothing to do with it keeps its own error.
            let missing = sandbox.explain(Command::new("/no/such/program").status().unwrap_err());
            assert!(
                matches!(missing.kind(), ErrorKind::System { .. }),
                "{missing}"
            );
        });
        assert_eq!(status.code(), Some(0), "{status}");
    });
}

#[test]
fn a_chroot_is_named() {
    isolated(|| {
        let root = "/run/netns/root";
        fs::create_dir_all(format!("{root}/proc")).unwrap();
        let bind = ["--rbind", "/proc", &format!("{root}/proc")];
        assert!(Command::new("mount").args(bind).status().unwrap().success());
        for always in [false, true] {
            let status = forked(|| {
                chroot(root).unwrap();
                env::set_current_dir("/").unwrap();
                let error = Sandbox::new().user_namespace(always).enter().unwrap_err();
                assert_forbidden(&error, "in a chroot");
            });
            assert_eq!(status.code(), Some(0), "{status}");
        }
    });
}

#[test]
fn a_seccomp_filter_is_named() {
    isolated(|| {
        let status = forked(|| {
            // As container runtimes do.
            refuse(every(libc::SYS_unshare), libc::EPERM);
            assert_forbidden(&Sandbox::new().enter().unwrap_err(), "Seccomp");
            let error = Sandbox::new()
                .apply(&mut Command::new("true"))
                .status()
                .unwrap_err();
            assert_forbidden(&Sandbox::new().explain(error), "Seccomp");
        });
        assert_eq!(status.code(), Some(0), "{status}");
    });
}
