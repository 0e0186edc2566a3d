//! The enumerations and ranges of a rule.
use std::{fmt, ops::RangeInclusive};

crate::open_enum! {
    /// What a rule does with a packet that it is for (`FR_ACT_*` of `linux/fib_rules.h`).
    ///
    /// ```
    /// use nlroute::rule::RuleAction;
    /// assert_eq!(RuleAction::from(7).to_string(), "unreachable");
    /// ```
    pub enum RuleAction: u8 {
        /// Not said; in a request to delete, any.
        Unspec = 0 "unspec",
        /// Looks in a table. If there is no route the next rule goes on.
        Lookup = 1 "lookup",
        /// Goes on with a later rule.
        Goto = 2 "goto",
        /// Nothing: the next rule goes on. A place to go to.
        Nop = 3 "nop",
        /// Drops it without a word.
        Blackhole = 6 "blackhole",
        /// Drops it and answers that the destination is unreachable.
        Unreachable = 7 "unreachable",
        /// Drops it and answers that it is forbidden.
        Prohibit = 8 "prohibit",
    }
}

crate::open_flags! {
    /// What is true of a rule (`FIB_RULE_*` of `linux/fib_rules.h`).
    ///
    /// ```
    /// use nlroute::rule::RuleFlags;
    /// assert_eq!(RuleFlags::INVERT.bits(), 2);
    /// ```
    pub struct RuleFlags: u32 {
        /// It can't be deleted.
        const PERMANENT = 1;
        /// It is for the packets that it doesn't describe.
        const INVERT = 1 << 1;
        /// The rule that it goes to isn't there.
        const UNRESOLVED = 1 << 2;
        /// There is no link of the name that packets must come in by.
        const IIF_DETACHED = 1 << 3;
        /// There is no link of the name that packets must go out by.
        const OIF_DETACHED = 1 << 4;
        /// The source is looked for with the rule; IPv6.
        const FIND_SADDR = 0x10000;
    }
}

/// A range of two ends, and what it can be made of.
macro_rules! range {
    ($range:ident $number:ident) => {
        impl From<RangeInclusive<$number>> for $range {
            fn from(range: RangeInclusive<$number>) -> Self {
                let (start, end) = range.into_inner();
                Self { start, end }
            }
        }

        impl From<$number> for $range {
            fn from(one: $number) -> Self {
                Self {
                    start: one,
                    end: one,
                }
            }
        }

        impl fmt::Display for $range {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.start == self.end {
                    true => self.start.fmt(f),
                    false => write!(f, "{}-{}", self.start, self.end),
                }
            }
        }
    };
}

crate::record! {
    /// Ports from one to another, both included; one port where both are the same.
    ///
    /// ```
    /// use nlroute::rule::RulePortRange;
    /// assert_eq!(RulePortRange::from(80), RulePortRange::from(80..=80));
    /// assert_eq!(RulePortRange::from(80..=90).to_string(), "80-90");
    /// ```
    pub struct RulePortRange "fib_rule_port_range" 4 from 4;
    0 start start: u16 = "The first, 1 or more.";
    2 end end: u16 = "The last, 65534 or less.";
}
range!(RulePortRange u16);

crate::record! {
    /// Users from one to another, both included.
    ///
    /// ```
    /// use nlroute::rule::RuleUidRange;
    /// assert_eq!(RuleUidRange::from(1000..=1999), RuleUidRange { start: 1000, end: 1999 });
    /// ```
    pub struct RuleUidRange "fib_rule_uid_range" 8 from 8;
    0 start start: u32 = "The first.";
    4 end end: u32 = "The last.";
}
range!(RuleUidRange u32);
