//! Switches that come with a mask: which are on, and which are meant.

/// Makes, joins and reads a record that has both.
macro_rules! masked {
    ($record:ident of $flags:ident: $on:ident under $mask:ident) => {
        impl $record {
            /// These on or off, the others as they are.
            #[must_use]
            pub const fn new(flags: $flags, on: bool) -> Self {
                Self {
                    $on: if on { flags.bits() } else { 0 },
                    $mask: flags.bits(),
                }
            }

            /// These on or off too.
            #[must_use]
            pub const fn and(self, flags: $flags, on: bool) -> Self {
                let more = Self::new(flags, on);
                Self {
                    $on: self.$on & !more.$mask | more.$on,
                    $mask: self.$mask | more.$mask,
                }
            }

            /// Whether all of these are on; `None` if one isn't meant.
            #[must_use]
            pub const fn get(self, flags: $flags) -> Option<bool> {
                if self.$mask & flags.bits() != flags.bits() {
                    return None;
                }
                Some(self.$on & flags.bits() == flags.bits())
            }
        }
    };
}
pub(super) use masked;
