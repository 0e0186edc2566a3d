//! Which notifications are wanted, and the same as a program for the kernel.
//!
//! The program is classic BPF, made as data. It sees a datagram from its first `nlmsghdr` on. Its
//! loads are big-endian and the fields are in the host's order, so it is the numbers that are
//! compared with that are turned around (`to_be`).
//!
//! What the kernel tells by itself is one message a datagram. Where a datagram holds more, or less
//! than a header, the program lets it pass, and each message is judged once more when it is
//! received: so the program may let too much through, and never too little.
use super::MessageType;
use crate::{
    neighbour::NeighbourHeader,
    route::{RouteTable, RouteView},
    wire::{HEADER_LEN, Message, constants},
};

/// Which notifications are wanted.
///
/// What isn't wanted the kernel drops before it is queued: it takes no room in the receive buffer
/// and wakes nobody up. All conditions must hold, of several values of one any. A condition about
/// links or tables doesn't touch what has none: to get routes only, ask for their types too.
///
/// ```
/// use nlroute::{monitor::{Filter, MessageType}, route::RouteTable};
/// let filter = Filter::all()
///     .kinds([MessageType::NewRoute, MessageType::DelRoute])
///     .table(RouteTable::MAIN)
///     .link(3);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    kinds: Vec<MessageType>,
    links: Vec<u32>,
    tables: Vec<RouteTable>,
    without_fdb: bool,
}

impl Filter {
    /// All notifications.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of these types.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = MessageType>) -> Self {
        self.kinds.extend(kinds);
        self
    }

    /// Only those about the link of this index: the link, its addresses, its neighbours and
    /// entries of forwarding databases, routes by which packets go out by it. A route whose next
    /// hops stand in a next hop object passes if it doesn't say which link they go by.
    ///
    /// [`Connection::ifindex`](crate::Connection::ifindex) knows the index of a name.
    #[inline]
    #[must_use]
    pub fn link(mut self, index: u32) -> Self {
        self.links.push(index);
        self
    }

    /// Of routes only those of this table.
    #[must_use]
    pub fn table(mut self, table: impl Into<RouteTable>) -> Self {
        self.tables.push(table.into());
        self
    }

    /// No entries of forwarding databases. They are told in the same group and by the same types as
    /// neighbours, and on a busy bridge in far greater number.
    #[must_use]
    pub fn without_fdb(mut self) -> Self {
        self.without_fdb = true;
        self
    }

    /// Whether every notification passes.
    #[must_use]
    pub fn is_all(&self) -> bool {
        !self.without_fdb
            && self.kinds.is_empty()
            && self.links.is_empty()
            && self.tables.is_empty()
    }

    /// Whether this message passes. One that can't be read does.
    #[inline]
    #[must_use]
    pub fn keeps(&self, message: &Message<'_>) -> bool {
        let kind = MessageType::from(message.header().kind);
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return false;
        }
        let body = message.body();
        if self.without_fdb && NEIGHBOUR.contains(&kind) && body.first() == Some(&BRIDGE) {
            return false;
        }
        match About::of(kind) {
            About::Link if !self.links.is_empty() => match body.get(4..8) {
                // All these headers have it in the same place.
                Some(_) => self.links.contains(&NeighbourHeader::at(body).index),
                None => true,
            },
            About::Route if !self.links.is_empty() || !self.tables.is_empty() => {
                RouteView::parse(body).map_or(true, |route| self.keeps_route(&route))
            }
            _ => true,
        }
    }

    #[inline]
    fn keeps_route(&self, route: &RouteView<'_>) -> bool {
        let unsaid =
            route.nexthop_id().is_some() && route.oif().is_none() && route.nexthops().is_none();
        let of_links = self.links.is_empty()
            || unsaid
            || self.links.iter().any(|index| route.goes_out_by(*index));
        of_links && (self.tables.is_empty() || self.tables.contains(&route.table()))
    }

    /// The same as a program for the kernel.
    #[inline]
    pub(super) fn program(&self) -> Vec<libc::sock_filter> {
        let mut program = Program::default();
        if !self.is_all() {
            self.write(&mut program);
        }
        program.place(Label::Accept);
        program.push(libc::BPF_RET | libc::BPF_K, u32::MAX);
        program.place(Label::Drop);
        program.push(libc::BPF_RET | libc::BPF_K, 0);
        program.code
    }

    #[inline]
    fn write(&self, program: &mut Program) {
        use Label::{
            Accept, Drop, Kind, Neighbour, Nexthops, Object, Others, Route, Table, TableByte,
        };
        program.accept_shorter_than(BODY);
        program.accept_several();
        if !self.kinds.is_empty() {
            program.load(Size::Half, TYPE);
            for kind in &self.kinds {
                program.if_equal(half(*kind), Kind);
            }
            program.jump(Drop);
            program.place(Kind);
        }
        if self.without_fdb {
            program.load(Size::Half, TYPE);
            for kind in NEIGHBOUR {
                program.if_equal(half(kind), Neighbour);
            }
            program.jump(Others);
            program.place(Neighbour);
            program.accept_shorter_than(BODY + 1);
            program.load(Size::Byte, BODY);
            program.if_equal(BRIDGE.into(), Drop);
            program.place(Others);
        }
        program.load(Size::Half, TYPE);
        for kind in ROUTE {
            program.if_equal(half(kind), Route);
        }
        if self.links.is_empty() {
            program.jump(Accept);
        } else {
            for kind in LINK {
                program.if_equal(half(kind), Label::Link);
            }
            program.jump(Accept);
            program.place(Label::Link);
            program.accept_shorter_than(BODY + 8);
            program.load(Size::Word, BODY + 4);
            program.if_any(self.links.iter().map(|index| index.to_be()), Accept);
            program.jump(Drop);
        }
        program.place(Route);
        program.accept_shorter_than(ROUTE_ATTRIBUTES);
        if !self.links.is_empty() {
            program.find(libc::RTA_OIF, Nexthops);
            program.load_payload();
            program.if_any(self.links.iter().map(|index| index.to_be()), Table);
            program.find(libc::RTA_MULTIPATH, Drop);
            program.jump(Table);
            program.place(Nexthops);
            // Which links several next hops go by stands too deep to be looked for here.
            program.find(libc::RTA_MULTIPATH, Object);
            program.jump(Table);
            program.place(Object);
            program.find(constants::RTA_NH_ID, Drop);
            program.place(Table);
        }
        if !self.tables.is_empty() {
            program.find(libc::RTA_TABLE, TableByte);
            program.load_payload();
            program.if_any(self.tables.iter().map(|table| table.0.to_be()), Accept);
            program.jump(Drop);
            program.place(TableByte);
            program.load(Size::Byte, BODY + 4);
            program.if_any(self.tables.iter().map(|table| table.0), Accept);
            program.jump(Drop);
        }
    }
}

/// Where a message's header has its type.
const TYPE: u32 = 4;
const BODY: u32 = HEADER_LEN as u32;
/// Where the attributes of a route's message begin.
const ROUTE_ATTRIBUTES: u32 = BODY + 12;

/// Messages whose own header has the index of a link.
const LINK: [MessageType; 7] = [
    MessageType::NewLink,
    MessageType::DelLink,
    MessageType::NewAddr,
    MessageType::DelAddr,
    MessageType::NewNeigh,
    MessageType::DelNeigh,
    MessageType::GetNeigh,
];
const NEIGHBOUR: [MessageType; 2] = [MessageType::NewNeigh, MessageType::DelNeigh];
/// The family of a forwarding database's entries.
const BRIDGE: u8 = libc::AF_BRIDGE as u8;
const ROUTE: [MessageType; 2] = [MessageType::NewRoute, MessageType::DelRoute];

/// What a message is about, as far as a filter asks.
enum About {
    Link,
    Route,
    Other,
}

impl About {
    #[inline]
    fn of(kind: MessageType) -> Self {
        if ROUTE.contains(&kind) {
            Self::Route
        } else if LINK.contains(&kind) {
            Self::Link
        } else {
            Self::Other
        }
    }
}

/// A type as a load of two bytes sees it.
#[inline]
fn half(kind: MessageType) -> u32 {
    u16::from(kind).to_be().into()
}

/// Where a jump goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Accept,
    Drop,
    Kind,
    Neighbour,
    Others,
    Link,
    Route,
    Nexthops,
    Object,
    Table,
    TableByte,
}

#[derive(Clone, Copy)]
enum Size {
    Byte,
    Half,
    Word,
}

/// A program whose jumps, all of them forward, are filled in when their goal is reached.
#[derive(Default)]
struct Program {
    code: Vec<libc::sock_filter>,
    pending: Vec<(usize, Label)>,
}

impl Program {
    #[inline]
    fn push(&mut self, code: u32, k: u32) {
        self.branch(code, k, 0, 0);
    }

    #[inline]
    fn branch(&mut self, code: u32, k: u32, jt: u8, jf: u8) {
        self.code.push(libc::sock_filter {
            code: code as u16,
            jt,
            jf,
            k,
        });
    }

    /// A = what stands at `offset`.
    #[inline]
    fn load(&mut self, size: Size, offset: u32) {
        let size = match size {
            Size::Byte => libc::BPF_B,
            Size::Half => libc::BPF_H,
            Size::Word => libc::BPF_W,
        };
        self.push(libc::BPF_LD | size | libc::BPF_ABS, offset);
    }

    /// Only an unconditional jump goes further than 255.
    #[inline]
    fn jump(&mut self, to: Label) {
        self.pending.push((self.code.len(), to));
        self.push(libc::BPF_JMP | libc::BPF_JA, 0);
    }

    /// Jumps if A is `value`.
    #[inline]
    fn if_equal(&mut self, value: u32, to: Label) {
        self.branch(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value, 0, 1);
        self.jump(to);
    }

    fn if_any(&mut self, values: impl Iterator<Item = u32>, to: Label) {
        for value in values {
            self.if_equal(value, to);
        }
    }

    /// Here is where jumps to `label` go.
    #[inline]
    fn place(&mut self, label: Label) {
        let here = self.code.len();
        let code = &mut self.code;
        self.pending.retain(|(at, to)| {
            if *to == label
                && let Some(jump) = code.get_mut(*at)
            {
                // Fewer than 2^32, and after the jump.
                jump.k = here.saturating_sub(at + 1) as u32;
            }
            *to != label
        });
    }

    #[inline]
    fn accept_shorter_than(&mut self, len: u32) {
        self.push(libc::BPF_LD | libc::BPF_W | libc::BPF_LEN, 0);
        self.branch(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, len, 1, 0);
        self.jump(Label::Accept);
    }

    /// Accepts what goes on behind its first message.
    #[inline]
    fn accept_several(&mut self) {
        if cfg!(target_endian = "big") {
            self.load(Size::Word, 0);
        } else {
            // A = the four bytes, the last first.
            self.load(Size::Byte, 3);
            for offset in [2, 1, 0] {
                self.push(libc::BPF_ALU | libc::BPF_LSH | libc::BPF_K, 8);
                self.push(libc::BPF_MISC | libc::BPF_TAX, 0);
                self.load(Size::Byte, offset);
                self.push(libc::BPF_ALU | libc::BPF_OR | libc::BPF_X, 0);
            }
        }
        self.push(libc::BPF_ALU | libc::BPF_ADD | libc::BPF_K, 3);
        self.push(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K, !3);
        self.push(libc::BPF_MISC | libc::BPF_TAX, 0);
        self.push(libc::BPF_LD | libc::BPF_W | libc::BPF_LEN, 0);
        self.branch(libc::BPF_JMP | libc::BPF_JGT | libc::BPF_X, 0, 0, 1);
        self.jump(Label::Accept);
    }

    /// X = where the route's attribute of this number is; jumps if it has none.
    #[inline]
    fn find(&mut self, attribute: u16, none: Label) {
        const NLATTR: i32 = libc::SKF_AD_OFF + libc::SKF_AD_NLATTR;
        self.push(
            libc::BPF_LDX | libc::BPF_W | libc::BPF_IMM,
            attribute.into(),
        );
        self.push(libc::BPF_LD | libc::BPF_W | libc::BPF_IMM, ROUTE_ATTRIBUTES);
        self.push(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, NLATTR as u32);
        self.if_equal(0, none);
        self.push(libc::BPF_MISC | libc::BPF_TAX, 0);
    }

    /// A = the first four bytes of the attribute at X.
    #[inline]
    fn load_payload(&mut self) {
        self.push(libc::BPF_LD | libc::BPF_W | libc::BPF_IND, 4);
    }
}
