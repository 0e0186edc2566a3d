//! A process that forks while it has a connection.
use std::{net::Ipv4Addr, os::fd::OwnedFd};

use nlroute::{
    Address, Addresses, Connection, Error, ErrorKind, Prefix,
    link::{Bridge, Link, Links},
    sandbox::isolated,
};

use crate::process::forked_well;

#[test]
fn a_child_cannot_use_what_it_inherits_and_the_parent_can() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0"))?;
        let mut dump = host.dump(Links::all())?;
        assert!(dump.next()?.is_some());
        // In the middle of a dump, whose rest the child would take away.
        forked_well(|| {
            while let Some(_in_the_buffer) = dump.next().transpose() {
                if let Err(error) = _in_the_buffer {
                    assert!(
                        matches!(error.kind(), ErrorKind::Inherited { .. }),
                        "{error}"
                    );
                    return;
                }
            }
            panic!("it was read to the end");
        });
        let mut left = 0;
        while dump.next()?.is_some() {
            left += 1;
        }
        assert_eq!(left, 1);

        forked_well(|| {
            let error = host.delete(Link::named("br0")).unwrap_err();
            assert_eq!(
                error.to_string(),
                "delete link br0: the connection is of the process that this one was forked from"
            );
            assert!(matches!(
                host.list(Links::all()).unwrap_err().kind(),
                ErrorKind::Inherited { .. }
            ));
            assert!(matches!(
                host.get(Link::named("br0")).unwrap_err().kind(),
                ErrorKind::Inherited { .. }
            ));
            let mut batch = host.batch();
            batch.delete(Link::named("br0")).unwrap();
            assert!(matches!(
                batch.commit().unwrap_err().kind(),
                ErrorKind::Inherited { .. }
            ));
            // One of its own works, also in a child's child.
            let mut own = Connection::open().unwrap();
            own.ifindex("br0").unwrap();
            forked_well(|| {
                own.ifindex("br0").unwrap_err();
                host.ifindex("br0").unwrap_err();
                Connection::open().unwrap().ifindex("br0").unwrap();
            });
            own.ifindex("br0").unwrap();
        });
        // Nothing of it came to the parent.
        host.delete(Link::named("br0"))?;
        assert_eq!(host.list(Links::all())?.len(), 1);
        Ok::<(), Error>(())
    });
}

#[test]
fn a_child_takes_over_what_its_parent_is_done_with() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0"))?;
        // An answer is left in it.
        let mut dump = host.dump(Links::all())?;
        assert!(dump.next()?.is_some());
        forked_well(|| {
            let mut taken = Connection::from_fd(OwnedFd::from(host)).unwrap();
            let links = taken.list(Links::all()).unwrap();
            assert_eq!(links.len(), 2);
            taken.delete(Link::named("br0")).unwrap();
        });
        assert!(Connection::open()?.ifindex("br0").is_err());
        Ok::<(), Error>(())
    });
}

#[test]
fn who_takes_over_in_the_midst_of_a_list_can_list_too() {
    isolated(|| {
        let mut host = Connection::open()?;
        // More than the kernel writes ahead, which refuses a list as long as it is at another.
        let lo = (0..2000_u32).map(|n| Prefix::host(Ipv4Addr::from_bits(0x0a00_0001 + n).into()));
        host.bulk(lo, |batch, prefix| batch.add(Address::new(1, prefix)))
            .collect::<Result<(), Error>>()?;
        let mut dump = host.dump(Addresses::all())?;
        assert!(dump.next()?.is_some());
        let mut taken = Connection::from_fd(OwnedFd::from(host))?;
        assert_eq!(taken.list(Addresses::all())?.len(), 2000);
        Ok::<(), Error>(())
    });
}
