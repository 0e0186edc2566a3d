//! Network namespaces on the real kernel, each test in a sandbox of its own.
use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs::{self, File},
    io,
    net::UdpSocket,
    os::{
        fd::{AsFd, AsRawFd, OwnedFd},
        unix::{
            ffi::OsStrExt,
            fs::{MetadataExt, symlink},
            process::ExitStatusExt,
        },
    },
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::{Command, Stdio},
    sync::Barrier,
    thread,
};

#[path = "common/process.rs"]
mod process;

use nlroute::{
    Error, ErrorKind, Netns,
    sandbox::{self, Sandbox, isolated},
};
use process::{Call, State, drop_capabilities, forked, here, limit, refuse};

fn errno(error: &Error) -> Option<i32> {
    match error.kind() {
        ErrorKind::System { source, .. } => source.raw_os_error(),
        _ => None,
    }
}

fn assert_invalid<T: std::fmt::Debug>(result: Result<T, Error>) {
    let error = result.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
}

/// Runs `ip` and gives what it printed, or `None` where there is no `ip`.
fn ip(arguments: &[&str]) -> Option<String> {
    match Command::new("ip").args(arguments).output() {
        Ok(output) => {
            assert!(output.status.success(), "ip {arguments:?}: {output:?}");
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            sandbox::skip("there is no ip (iproute2)");
            None
        }
        Err(error) => panic!("ip {arguments:?}: {error}"),
    }
}

fn mount(arguments: &[&str]) {
    assert!(
        Command::new("mount")
            .args(arguments)
            .status()
            .unwrap()
            .success(),
        "{arguments:?}"
    );
}

#[test]
fn a_file_that_etc_has_none_of_keeps_no_program_from_starting() {
    isolated(|| {
        mount(&["-t", "tmpfs", "none", "/etc"]);
        fs::create_dir_all("/etc/netns/blue").unwrap();
        for (file, text) in [("hosts", "blue"), ("hosts~", "older")] {
            fs::write(Path::new("/etc/netns/blue").join(file), text).unwrap();
        }
        fs::write("/etc/hosts", "here").unwrap();
        let blue = Netns::create("blue").unwrap();
        let mut cat = Command::new("cat");
        let applied = blue.apply(cat.args(["/etc/hosts"])).unwrap();
        let output = applied.output().unwrap();
        assert_eq!(output.stdout, b"blue", "{output:?}");
    });
}

#[test]
fn what_we_create_ip_lists_enters_and_deletes() {
    isolated(|| {
        let blue = Netns::create("blue").unwrap();
        let Some(listed) = ip(&["netns", "list"]) else {
            return;
        };
        assert_eq!(listed.trim(), "blue");
        let seen = ip(&["netns", "exec", "blue", "readlink", "/proc/self/ns/net"]).unwrap();
        assert_eq!(seen.trim(), format!("net:[{}]", blue.id().unwrap().1));
        assert_ne!(blue.id().unwrap().1, here());
        ip(&["netns", "delete", "blue"]).unwrap();
        assert!(Netns::list().unwrap().is_empty());
        let gone = Netns::open("blue").unwrap_err();
        assert_eq!(errno(&gone), Some(libc::ENOENT));
        // In the words of what the kernel refuses by netlink.
        assert_eq!(
            gone.to_string(),
            "open network namespace blue: No such file or directory (ENOENT)"
        );
        // The value's own descriptor keeps it alive all the same.
        assert_eq!(blue.run(here).unwrap(), blue.id().unwrap().1);
    });
}

#[test]
fn what_ip_creates_we_list_enter_and_delete() {
    isolated(|| {
        if ip(&["netns", "add", "red"]).is_none() {
            return;
        }
        assert_eq!(Netns::list().unwrap(), ["red"]);
        let red = Netns::open("red").unwrap();
        let seen = ip(&["netns", "exec", "red", "readlink", "/proc/self/ns/net"]).unwrap();
        assert_eq!(format!("net:[{}]", red.run(here).unwrap()), seen.trim());
        Netns::delete("red").unwrap();
        assert_eq!(ip(&["netns", "list"]).unwrap(), "");
    });
}

/// What is mounted in the directory: mount point, whether it's shared, type.
fn mounts_of_names() -> Vec<(String, bool, String)> {
    let all = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let under = all
        .lines()
        .filter(|line| line.split(' ').nth(4).unwrap().starts_with("/run/netns"));
    under
        .map(|line| {
            let point = line.split(' ').nth(4).unwrap();
            let kind = line.split(" - ").nth(1).unwrap().split(' ').next().unwrap();
            (point.to_owned(), line.contains(" shared:"), kind.to_owned())
        })
        .collect()
}

#[test]
fn the_mounts_and_modes_are_those_of_ip() {
    isolated(|| {
        // Without the directory, so that both have all to do, and below a shared mount, as systemd
        // has it.
        let fresh = || {
            mount(&["-t", "tmpfs", "fresh", "/run"]);
            mount(&["--make-shared", "/run"]);
        };
        let modes = || {
            mount(&["--bind", "/run", "/mnt"]);
            // Below the mount on it, the file as it was made.
            let modes = ["/run/netns", "/run/netns/n", "/mnt/netns/n"]
                .map(|path| fs::metadata(path).unwrap().mode());
            assert!(
                Command::new("umount")
                    .arg("/mnt")
                    .status()
                    .unwrap()
                    .success()
            );
            modes
        };
        // What is new since, as hidden mounts are listed too.
        let since = |old: &[_]| mounts_of_names().split_off(old.len());
        fresh();
        let old = mounts_of_names();
        if ip(&["netns", "add", "n"]).is_none() {
            return;
        }
        let theirs = (since(&old), modes());
        ip(&["netns", "add", "m"]).unwrap();
        let their_second = since(&old);
        assert!(their_second.len() >= 3, "{their_second:?}");
        fresh();
        let old = mounts_of_names();
        Netns::create("n").unwrap();
        assert_eq!((since(&old), modes()), theirs);
        Netns::create("m").unwrap();
        assert_eq!(since(&old), their_second);
        // And each takes away what the other has made, to the last mount.
        Netns::create("ours").unwrap();
        ip(&["netns", "add", "theirs"]).unwrap();
        Netns::delete("theirs").unwrap();
        ip(&["netns", "delete", "ours"]).unwrap();
        assert_eq!(since(&old), their_second);
        assert_eq!(Netns::list().unwrap(), ["m", "n"]);
    });
}

#[test]
fn a_deleted_name_leaves_nothing_behind() {
    isolated(|| {
        // The first one also sets up the directory.
        Netns::create("first").unwrap();
        Netns::delete("first").unwrap();
        let before = State::now();
        for round in 0..3 {
            let name = format!("n{round}");
            let mut netns = Netns::create(&name).unwrap();
            assert_eq!(State::now().namespace, before.namespace);
            assert_eq!(netns.name(), Some(OsStr::new(&name)));
            assert_eq!(netns.path().unwrap(), Path::new("/run/netns").join(&name));
            assert_eq!(netns.run(|| 7).unwrap(), 7);
            let id = netns.id().unwrap();
            netns.remove_name().unwrap();
            assert_eq!((netns.name(), netns.path()), (None, None));
            assert_eq!(netns.id().unwrap(), id);
            drop(netns);
            drop(Netns::anonymous().unwrap());
            assert_eq!(State::now(), before);
        }
    });
}

#[test]
fn a_failure_leaves_nothing_behind() {
    isolated(|| {
        let _kept = Netns::create("kept").unwrap();
        fs::write("/run/netns/plain", "").unwrap();
        let before = State::now();

        assert_eq!(
            errno(&Netns::create("kept").unwrap_err()),
            Some(libc::EEXIST)
        );
        assert_eq!(
            errno(&Netns::create("plain").unwrap_err()),
            Some(libc::EEXIST)
        );
        assert_eq!(
            errno(&Netns::open("missing").unwrap_err()),
            Some(libc::ENOENT)
        );
        assert_eq!(
            errno(&Netns::delete("missing").unwrap_err()),
            Some(libc::ENOENT)
        );
        assert_eq!(
            errno(&Netns::of_pid(u32::MAX).unwrap_err()),
            Some(libc::ENOENT)
        );
        assert_invalid(Netns::open("plain"));
        assert_invalid(Netns::open_path("/proc/self/ns/mnt"));
        assert_invalid(Netns::from_fd(OwnedFd::from(
            File::open("/run/netns/plain").unwrap(),
        )));
        assert_eq!(State::now(), before);

        // The directory can't be written to.
        mount(&["-o", "remount,ro,bind", "/run/netns"]);
        let read_only = State::now();
        assert_ne!(read_only, before);
        assert_eq!(errno(&Netns::create("new").unwrap_err()), Some(libc::EROFS));
        assert_eq!(State::now(), read_only);
    });
}

#[test]
fn a_refused_namespace_takes_its_file_along() {
    isolated(|| {
        let status = forked(|| {
            // Root over a user namespace may set that one's limits.
            Sandbox::new().user_namespace(true).enter().unwrap();
            drop(Netns::create("one").unwrap());
            let before = State::now();
            let limit = |value: &str| {
                fs::write("/proc/sys/user/max_net_namespaces", value).unwrap();
            };
            // This fails after the file was made.
            limit("0");
            assert_eq!(
                errno(&Netns::create("two").unwrap_err()),
                Some(libc::ENOSPC)
            );
            assert_eq!(errno(&Netns::anonymous().unwrap_err()), Some(libc::ENOSPC));
            assert_eq!(State::now(), before);
            limit("100");
            drop(Netns::create("two").unwrap());
            Netns::delete("two").unwrap();
            assert_eq!(State::now(), before);
            // And this before anything is made.
            drop_capabilities();
            assert_eq!(
                errno(&Netns::create("three").unwrap_err()),
                Some(libc::EPERM)
            );
            assert_eq!(errno(&Netns::delete("one").unwrap_err()), Some(libc::EPERM));
            assert_eq!(State::now(), before);
        });
        assert_eq!(status.code(), Some(0), "{status}");
    });
}

#[test]
fn a_refused_mount_takes_its_file_along() {
    isolated(|| {
        drop(Netns::create("one").unwrap());
        let status = forked(|| {
            let before = State::now();
            let bind = Call {
                number: libc::SYS_mount,
                arguments: &[(3, libc::MS_BIND as u32)],
            };
            refuse(bind, libc::EPERM);
            assert_eq!(errno(&Netns::create("two").unwrap_err()), Some(libc::EPERM));
            assert_eq!(State::now(), before);
        });
        assert_eq!(status.code(), Some(0), "{status}");
    });
}

#[test]
fn running_out_of_descriptors_at_any_step_leaves_nothing_behind() {
    isolated(|| {
        let blue = Netns::create("blue").unwrap();
        let before = State::now();
        let limit = |soft| limit(libc::RLIMIT_NOFILE, soft);
        let mut refused = 0;
        for end in 3.. {
            limit(end);
            let result = Netns::create("red").map(drop);
            let entered = blue.run(here);
            limit(1024);
            if let Err(error) = &entered {
                assert_eq!(errno(error), Some(libc::EMFILE), "{error}");
            }
            match result {
                Ok(()) => break,
                Err(error) => assert_eq!(errno(&error), Some(libc::EMFILE), "{error}"),
            }
            refused += 1;
            assert_eq!(State::now(), before);
        }
        assert!(refused >= 2, "{refused}");
        Netns::delete("red").unwrap();
        assert_eq!(State::now(), before);
    });
}

#[test]
fn names_that_are_no_file_names_are_refused_unasked() {
    isolated(|| {
        let before = State::now();
        let long = "x".repeat(256);
        for name in ["", ".", "..", "a/b", "/", "../x", "a\0b", &long] {
            assert_invalid(Netns::create(name));
            assert_invalid(Netns::open(name));
            assert_invalid(Netns::delete(name));
        }
        assert_eq!(State::now(), before);
        let longest = "y".repeat(255);
        let strange = [
            OsStr::from_bytes(b"\xff\xfe"),
            OsStr::new("a b"),
            OsStr::new("..."),
        ];
        for name in strange.into_iter().chain([OsStr::new(&longest)]) {
            Netns::create(name).unwrap();
            assert_eq!(Netns::open(name).unwrap().names().unwrap(), [name]);
            Netns::delete(name).unwrap();
        }
    });
}

#[test]
fn a_namespace_knows_its_names() {
    isolated(|| {
        let mut b = Netns::create("b").unwrap();
        let a = Netns::create("a").unwrap();
        assert_eq!(Netns::list().unwrap(), ["a", "b"]);
        let current = Netns::current().unwrap();
        assert!(current.names().unwrap().is_empty());
        assert!(
            current
                .same_as(&Netns::of_pid(std::process::id()).unwrap())
                .unwrap()
        );
        assert_eq!(
            b.run(|| Netns::current().unwrap().names().unwrap())
                .unwrap(),
            ["b"]
        );
        assert!(!a.same_as(&b).unwrap());
        assert!(b.same_as(&Netns::open("b").unwrap()).unwrap());
        assert!(
            b.same_as(&Netns::open_path("/run/netns/b").unwrap())
                .unwrap()
        );
        let copy = Netns::try_from(b.as_fd().try_clone_to_owned().unwrap()).unwrap();
        assert!(copy.same_as(&b).unwrap());
        assert!(format!("{b:?}").contains(&b.id().unwrap().1.to_string()));

        // A process that runs inside.
        let inside = b.run(|| Command::new("cat").stdin(Stdio::piped()).spawn());
        let mut inside = inside.unwrap().unwrap();
        assert_eq!(Netns::of_pid(inside.id()).unwrap().names().unwrap(), ["b"]);
        drop(inside.stdin.take());
        assert!(inside.wait().unwrap().success());

        // The name comes to belong to another namespace, which this value may not take away.
        Netns::delete("b").unwrap();
        let again = Netns::create("b").unwrap();
        assert_invalid(b.remove_name());
        assert!(Netns::open("b").unwrap().same_as(&again).unwrap());
        assert_invalid(Netns::anonymous().unwrap().remove_name());
    });
}

#[test]
fn deleting_a_symbolic_link_spares_what_it_leads_to() {
    isolated(|| {
        Netns::create("target").unwrap();
        symlink("/run/netns/target", "/run/netns/link").unwrap();
        assert_eq!(
            Netns::open("link").unwrap().names().unwrap(),
            ["link", "target"]
        );
        Netns::delete("link").unwrap();
        assert_eq!(Netns::open("target").unwrap().names().unwrap(), ["target"]);
    });
}

#[test]
fn sockets_belong_to_where_they_were_opened() {
    isolated(|| {
        let blue = Netns::anonymous().unwrap();
        let bind = || UdpSocket::bind("0.0.0.0:1000");
        let _inside = blue.run(bind).unwrap().unwrap();
        // The same port is free out here, and taken in there.
        bind().unwrap();
        let taken = blue.run(bind).unwrap().unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
    });
}

#[test]
fn a_panic_inside_is_passed_on_from_home() {
    isolated(|| {
        let blue = Netns::anonymous().unwrap();
        let before = State::now();
        let caught = catch_unwind(AssertUnwindSafe(|| {
            blue.run(|| {
                assert_ne!(here(), before.namespace);
                panic!("on purpose")
            })
        }));
        assert_eq!(
            *caught.unwrap_err().downcast::<&str>().unwrap(),
            "on purpose"
        );
        assert_eq!(State::now(), before);
    });
}

#[test]
fn runs_nest_and_come_back_step_by_step() {
    isolated(|| {
        let (a, b) = (Netns::anonymous().unwrap(), Netns::anonymous().unwrap());
        let seen = a.run(|| (here(), b.run(here).unwrap(), here())).unwrap();
        let (a_inode, b_inode) = (a.id().unwrap().1, b.id().unwrap().1);
        assert_eq!(seen, (a_inode, b_inode, a_inode));
        // Made from within, it's found from without.
        let c = a.run(|| (Netns::create("c").unwrap(), here())).unwrap();
        assert_eq!(c.1, a_inode);
        assert!(Netns::open("c").unwrap().same_as(&c.0).unwrap());
    });
}

#[test]
fn a_thread_that_cannot_come_back_aborts_its_process() {
    isolated(|| {
        let blue = Netns::anonymous().unwrap();
        Netns::create("unused").unwrap();
        let errors = File::create_new("/run/netns/errors").unwrap();
        let status = forked(|| {
            // SAFETY: both are open; the child's stderr is nobody else's.
            assert_eq!(unsafe { libc::dup2(errors.as_raw_fd(), 2) }, 2);
            let _ = blue.run(drop_capabilities);
        });
        assert_eq!(status.signal(), Some(libc::SIGABRT), "{status}");
        let message = fs::read_to_string("/run/netns/errors").unwrap();
        assert!(
            message.contains("can't return to the thread's network namespace"),
            "{message}"
        );
    });
}

#[test]
fn a_thread_that_could_not_come_back_does_not_leave() {
    isolated(|| {
        let status = forked(|| {
            // Root over a user namespace, but the network is still that of the outer one.
            // SAFETY: takes no pointers.
            assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWUSER) }, 0);
            let before = here();
            assert_eq!(errno(&Netns::anonymous().unwrap_err()), Some(libc::EPERM));
            assert_eq!(errno(&Netns::create("x").unwrap_err()), Some(libc::EPERM));
            let mut called = false;
            let run = Netns::current().unwrap().run(|| called = true);
            assert_eq!(errno(&run.unwrap_err()), Some(libc::EPERM));
            assert!(!called);
            assert_eq!(here(), before);
        });
        assert_eq!(status.code(), Some(0), "{status}");
        assert!(Netns::list().unwrap().is_empty());
    });
}

#[test]
fn threads_are_each_in_their_own() {
    isolated(|| {
        const THREADS: usize = 8;
        // Covered, so that the directory has still to be made.
        mount(&["-t", "tmpfs", "fresh", "/run"]);
        let old = mounts_of_names().len();
        let home = here();
        let gate = Barrier::new(THREADS);
        let work = |number: usize| {
            // All at once.
            gate.wait();
            let netns = Netns::create(format!("n{number}")).unwrap();
            let inode = netns.id().unwrap().1;
            for _ in 0..50 {
                let seen = netns.run(|| {
                    thread::yield_now();
                    here()
                });
                assert_eq!(seen.unwrap(), inode);
                assert_eq!(here(), home);
            }
            inode
        };
        let inodes: BTreeSet<u64> = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|number| scope.spawn(move || work(number)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(inodes.len(), THREADS);
        assert_eq!(Netns::list().unwrap().len(), THREADS);
        for number in 0..THREADS {
            Netns::delete(format!("n{number}")).unwrap();
        }
        // One mount for the directory, however many made it, and none for the names.
        let left = mounts_of_names().split_off(old);
        assert_eq!(left.len(), 1, "{left:?}");
    });
}
