//! One request and its answer, by nlroute and by bare `sendto` and `recv`, taking turns in one
//! process: `bulk_one NUMBER` prints a line for each request, with both medians in nanoseconds.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::Instant;

use nlroute::link::{Link, LinkView};
use nlroute::{Connection, Prefix, Route};
use nlroute_benches::bare::{self, LinkFields};
use nlroute_benches::bulk::{self, RouteAt};
use nlroute_benches::codec;
use nlroute_benches::table::median;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

struct Bare {
    fd: i32,
    sequence: u32,
    answer: [u8; 4096],
    got: usize,
}

impl Bare {
    fn open() -> Self {
        // SAFETY: no memory involved.
        let fd = unsafe {
            libc::socket(
                libc::AF_NETLINK,
                libc::SOCK_RAW | libc::SOCK_CLOEXEC,
                libc::NETLINK_ROUTE,
            )
        };
        assert!(fd >= 0);
        Self {
            fd,
            sequence: 0,
            answer: [0; 4096],
            got: 0,
        }
    }

    /// The last answer.
    fn answer(&self) -> &[u8] {
        &self.answer[..self.got]
    }

    /// Sends one message and receives its answer; answers that message's type and error number.
    #[inline(never)]
    fn ask(&mut self, message: &mut [u8]) -> (u16, i32) {
        self.sequence += 1;
        message[8..12].copy_from_slice(&self.sequence.to_ne_bytes());
        let answer = &mut self.answer;
        // SAFETY: both are valid for their lengths.
        let got = unsafe {
            let sent = libc::send(self.fd, message.as_ptr().cast(), message.len(), 0);
            assert_eq!(sent, message.len() as isize);
            libc::recv(self.fd, answer.as_mut_ptr().cast(), answer.len(), 0)
        };
        assert!(got >= 20);
        self.got = got as usize;
        let word = |at: usize| [answer[at], answer[at + 1], answer[at + 2], answer[at + 3]];
        assert_eq!(u32::from_ne_bytes(word(8)), self.sequence);
        let kind = u16::from_ne_bytes([answer[4], answer[5]]);
        (kind, i32::from_ne_bytes(word(16)))
    }
}

/// Nanoseconds of each, taking turns.
fn measure(
    number: u32,
    mut bare: impl FnMut(u32),
    mut ours: impl FnMut(u32),
) -> (Vec<f64>, Vec<f64>) {
    let mut times = (Vec::new(), Vec::new());
    let time = |n, run: &mut dyn FnMut(u32)| {
        let started = Instant::now();
        run(n);
        started.elapsed().as_nanos() as f64
    };
    for n in 0..number {
        if n % 2 == 0 {
            times.0.push(time(n, &mut bare));
            times.1.push(time(n, &mut ours));
        } else {
            times.1.push(time(n, &mut ours));
            times.0.push(time(n, &mut bare));
        }
    }
    times
}

fn report(what: &str, (bare, ours): &(Vec<f64>, Vec<f64>)) -> io::Result<()> {
    writeln!(io::stdout(), "{what}\t{}\t{}", median(bare), median(ours))
}

fn link_message(kind: u16, flags: i32, index: u32, up: u32) -> Vec<u8> {
    let mut message = vec![0; 32];
    message[0] = 32;
    message[4..6].copy_from_slice(&kind.to_ne_bytes());
    message[6..8].copy_from_slice(&((libc::NLM_F_REQUEST | flags) as u16).to_ne_bytes());
    message[20..24].copy_from_slice(&index.to_ne_bytes());
    message[24..28].copy_from_slice(&up.to_ne_bytes());
    message[28..32].copy_from_slice(&up.to_ne_bytes());
    message
}

/// Reads what bare bytes read.
#[inline(always)]
fn fields(link: &LinkView<'_>) {
    codec::see_link(link, |read| {
        black_box(read);
    });
}

fn route<'a>(n: u32) -> Route<'a> {
    Route::new(Prefix::host(bulk::destination(n).into()))
        .gateway(bulk::GATEWAY.into())
        .oif(bulk::LINK)
        .metric(bulk::METRIC)
}

fn bare_route(bare: &mut Bare, template: &RouteAt, n: u32) {
    let (mut message, at) = *template;
    message[6] |= libc::NLM_F_ACK as u8;
    message[at..at + 4].copy_from_slice(&bulk::destination(n).octets());
    assert_eq!(bare.ask(&mut message).1, 0);
}

fn main() -> Result<()> {
    let number = std::env::args().nth(1).and_then(|n| n.parse().ok());
    let number: u32 = number.ok_or("usage: bulk_one NUMBER")?;
    let (mut bare, mut ours) = (Bare::open(), Connection::open()?);

    // Something that is so already: hardly more than the way there and back.
    let mut up = link_message(libc::RTM_SETLINK, libc::NLM_F_ACK, 1, libc::IFF_UP as u32);
    let times = measure(
        number,
        |_| assert_eq!(bare.ask(&mut up), (libc::NLMSG_ERROR as u16, 0)),
        |_| ours.change(Link::named(1).up()).expect("lo"),
    );
    report("change a link (`lo`, to up, which it is)", &times)?;

    let mut get = link_message(libc::RTM_GETLINK, 0, 1, 0);
    let ext_mask = [8, 0, 29, 0, 4, 0, 0, 0]; // RTEXT_FILTER_BRVLAN_COMPRESSED, as nlroute asks
    get.extend_from_slice(&ext_mask);
    get[0] += ext_mask.len() as u8;
    let times = measure(
        number,
        |_| {
            assert_eq!(bare.ask(&mut get).0, libc::RTM_NEWLINK);
            let mut read = LinkFields::default();
            assert!(bare::link(bare.answer(), &mut read));
            black_box(read);
        },
        |_| {
            ours.get_with(Link::named(1), |link| fields(&link))
                .expect("lo")
        },
    );
    report("get a link (`lo`), of which seven fields are read", &times)?;
    let times = measure(
        number,
        |_| {
            assert_eq!(bare.ask(&mut get).0, libc::RTM_NEWLINK);
            let copy = bare.answer().to_vec();
            let mut read = LinkFields::default();
            assert!(bare::link(&copy, &mut read));
            black_box(read);
        },
        |_| fields(&ours.get(Link::named(1)).expect("lo")),
    );
    report("the same, copied to be kept", &times)?;

    // Of two neighbours each has one, the first and the second by turns, so that neither is at a
    // better place of the kernel's tree; and each is first as often as second at either.
    let first = |n: u32| 2 * n + n / 2 % 2;
    let second = |n: u32| 2 * n + 1 - n / 2 % 2;
    let times = measure(
        number,
        |n| bare_route(&mut bare, &bulk::ADD, first(n)),
        |n| ours.add(route(second(n))).expect("a new route"),
    );
    report("add a route", &times)?;
    let times = measure(
        number,
        |n| bare_route(&mut bare, &bulk::DELETE, first(n)),
        |n| ours.delete(route(second(n))).expect("a route"),
    );
    report("delete a route", &times)?;
    Ok(())
}
