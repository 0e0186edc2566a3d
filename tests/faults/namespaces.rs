//! Namespaces that go away, and ways back that are closed.
use std::{
    fs::{self, File},
    os::{fd::AsRawFd, unix::process::ExitStatusExt},
    panic::{AssertUnwindSafe, catch_unwind},
};

use nlroute::{
    Address, Addresses, Connection, Error, Netns,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::isolated,
};

use crate::process::{Call, State, every, forked, forked_well, here, refuse};

#[test]
fn a_connection_keeps_its_namespace_after_its_name_is_gone() {
    isolated(|| {
        let mut host = Connection::open()?;
        let blue = Netns::create("blue")?;
        let peer = Peer::new("ceth0").netns(&blue);
        host.add(Veth::new("veth0").up().peer(peer))?;
        let mut inside = blue.connect()?;
        let mut dump = inside.dump(Links::all())?;
        assert!(dump.next()?.is_some());
        Netns::delete("blue")?;
        drop(blue);
        // In the middle of a dump; and afterwards.
        while dump.next()?.is_some() {}
        inside.add(Bridge::new("br0").up())?;
        inside.add(Address::new("br0", "192.0.2.1/24".parse().unwrap()))?;
        assert!(!inside.list(Addresses::all().link("br0"))?.is_empty());
        assert_eq!(inside.list(Links::all())?.len(), 3);
        assert!(host.get(Link::named("veth0")).is_ok());
        let error = host.change(Link::named("veth0").netns("blue")).unwrap_err();
        assert!(error.is_not_found(), "{error}");
        // It was the last that kept it.
        drop(inside);
        host.wait_until_gone("veth0", std::time::Duration::from_secs(600))?;
        Ok::<(), Error>(())
    });
}

#[test]
fn a_panic_while_a_namespace_is_made_takes_it_along() {
    isolated(|| {
        drop(Netns::create("first")?);
        let before = State::now();
        let caught = catch_unwind(AssertUnwindSafe(|| {
            Netns::create_with("blue", || {
                assert_ne!(here(), before.namespace);
                let _connection = Connection::open().unwrap();
                panic!("on purpose")
            })
        }));
        let words = caught.unwrap_err().downcast::<&str>().unwrap();
        assert_eq!(*words, "on purpose");
        assert_eq!(State::now(), before);
        // Two deep.
        let first = Netns::open("first")?;
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let second = Netns::anonymous().unwrap();
            first.run(|| second.run(|| panic!("deeper"))).unwrap()
        }));
        assert!(caught.is_err());
        drop(first);
        assert_eq!(State::now(), before);
        Netns::create_with("blue", || ())?;
        Ok::<(), Error>(())
    });
}

#[test]
fn a_way_back_that_is_refused_ends_the_process() {
    isolated(|| {
        let blue = Netns::anonymous()?;
        drop(Netns::create("first")?);
        let errors = "/run/netns/errors";
        let cases: [&dyn Fn(); 3] = [
            &|| drop(blue.run(|| refuse(every(libc::SYS_setns), libc::EPERM))),
            &|| {
                drop(Netns::create_with("red", || {
                    refuse(every(libc::SYS_setns), libc::ENOMEM)
                }))
            },
            // A panic is no way around it.
            &|| {
                let _ = catch_unwind(AssertUnwindSafe(|| {
                    blue.run(|| {
                        refuse(every(libc::SYS_setns), libc::EPERM);
                        panic!("on purpose")
                    })
                }));
            },
        ];
        for case in cases {
            let file = File::create(errors).unwrap();
            let status = forked(|| {
                // SAFETY: both are open; the child's stderr is nobody else's.
                assert_eq!(unsafe { libc::dup2(file.as_raw_fd(), 2) }, 2);
                case();
            });
            assert_eq!(status.signal(), Some(libc::SIGABRT), "{status}");
            let said = fs::read_to_string(errors).unwrap();
            let words = "nlroute: can't return to the thread's network namespace";
            assert!(said.contains(words), "{said}");
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn a_way_in_that_is_refused_leaves_nothing() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        let before = State::now();
        for (call, errno) in [
            (libc::SYS_setns, libc::EPERM),
            (libc::SYS_unshare, libc::ENOSPC),
            (libc::SYS_mount, libc::EPERM),
            (libc::SYS_openat, libc::EMFILE),
        ] {
            forked_well(|| {
                refuse(every(call), errno);
                let error = Netns::create("red").map(drop).unwrap_err();
                assert_eq!(error.errno(), Some(errno), "{error}");
                if matches!(call, libc::SYS_setns | libc::SYS_openat) {
                    assert_eq!(blue.run(|| ()).unwrap_err().errno(), Some(errno));
                    assert_eq!(blue.connect().map(drop).unwrap_err().errno(), Some(errno));
                }
            });
            assert_eq!(State::now(), before);
        }
        // The socket itself, when the thread is in there already.
        forked_well(|| {
            let netlink = Call {
                number: libc::SYS_socket,
                arguments: &[(0, libc::AF_NETLINK as u32)],
            };
            refuse(netlink, libc::EAFNOSUPPORT);
            let home = here();
            let error = blue.connect().map(drop).unwrap_err();
            assert_eq!(error.errno(), Some(libc::EAFNOSUPPORT));
            assert_eq!(here(), home);
        });
        assert_eq!(State::now(), before);
        Ok::<(), Error>(())
    });
}
