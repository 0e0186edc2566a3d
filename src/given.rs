//! What is set only if there is a value for it, without leaving the chain of setters.

/// Sets what is optional in the middle of a chain of setters. It is there for every type, once it
/// is imported.
///
/// ```
/// use nlroute::{Given, link::Bridge};
///
/// let (mtu, ageing) = (Some(1450), None);
/// let bridge = Bridge::new("br0")
///     .given(mtu, Bridge::mtu)
///     .given(ageing, Bridge::ageing_time)
///     .up();
/// assert_eq!(bridge, Bridge::new("br0").mtu(1450).up());
///
/// // A setter that takes more than the value stands in a closure.
/// let address = Some([2, 0, 0, 0, 0, 1]);
/// let bridge = bridge.given(address, |bridge, mac| bridge.address(mac));
/// ```
pub trait Given: Sized {
    /// Gives `value` to `set`, if there is one.
    #[must_use]
    #[inline]
    fn given<T>(self, value: Option<T>, set: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }
}

impl<T> Given for T {}
