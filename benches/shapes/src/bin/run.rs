//! Runs one operation of one shape so many times, for callgrind: `run SHAPE OPERATION TIMES`.

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.as_slice() {
        [shape, operation, times] => times
            .parse()
            .is_ok_and(|times| nlroute_shapes::operations::run(shape, operation, times)),
        _ => false,
    };
    if !done {
        eprintln!("usage: run SHAPE OPERATION TIMES");
        std::process::exit(2)
    }
}
