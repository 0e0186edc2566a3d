//! Times of the codec operations, for each contender.

use criterion::{Criterion, criterion_group, criterion_main};
use nlroute_benches::codec::{CONTENDERS, OPERATIONS, messages, ready};

fn codec(criterion: &mut Criterion) {
    // Dumps are the same over and over: `count` has them.
    let single = |operation: &str| messages(operation) == 1 && operation != "nothing";
    for (operation, _) in OPERATIONS.iter().filter(|(name, _)| single(name)) {
        let mut group = criterion.benchmark_group(*operation);
        for contender in CONTENDERS {
            if let Some(mut run) = ready(contender, operation) {
                group.bench_function(contender.name, |bencher| bencher.iter(&mut run));
            }
        }
        group.finish();
    }
}

criterion_group!(benches, codec);
criterion_main!(benches);
