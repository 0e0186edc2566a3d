//! Runs one codec operation of one contender so many times, for callgrind to count:
//! `codec_count CONTENDER OPERATION TIMES`. Without arguments, lists both.

use std::process::exit;

use nlroute_benches::codec;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [contender, operation, times] = words.as_slice() else {
        for contender in codec::CONTENDERS {
            println!("{}", contender.name);
        }
        for (name, what) in codec::OPERATIONS {
            println!("{name}: {what}");
        }
        return;
    };
    let contender = codec::CONTENDERS.iter().find(|it| it.name == contender);
    let ready = contender.and_then(|contender| codec::ready(contender, operation));
    let (Some(mut run), Ok(times)) = (ready, times.parse::<u32>()) else {
        eprintln!("usage: codec_count CONTENDER OPERATION TIMES");
        exit(2)
    };
    for _ in 0..times {
        run();
    }
}
