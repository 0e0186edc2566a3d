//! What iproute2 and this crate say of the same refusal.
use nlroute::ErrorKind;

/// Whether both were refused for the same reason: the kernel's sentence, or its error number; or
/// this crate didn't ask, with reasons of its own.
pub fn alike(says: &str, error: &nlroute::Error) -> bool {
    let message = error
        .refusal()
        .and_then(|refusal| refusal.message.as_deref());
    let number = error.errno().map(std::io::Error::from_raw_os_error);
    let number = number.map(|number| number.to_string());
    let number = number.as_deref().and_then(|text| text.split(" (os").next());
    // iproute2 looks names up first.
    let looked_up = ["Cannot find device", "does not exist"];
    error.is_not_found() && looked_up.iter().any(|words| says.contains(words))
        || matches!(error.kind(), ErrorKind::Invalid { .. })
        || message.is_some_and(|message| says.contains(message))
        || number.is_some_and(|number| says.contains(number))
}
