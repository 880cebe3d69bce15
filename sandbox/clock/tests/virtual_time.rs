//! Virtual time against what real time would do.

#![expect(clippy::unwrap_used, reason = "a test ends with what went wrong")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use linkwright_clock::{Clock, Elapsed, run};
use tokio::task::JoinSet;

const SECOND: Duration = Duration::from_secs(1);

/// A few tasks with waits of their own: who was where when, in milliseconds.
async fn race(clock: &Clock) -> Vec<(u32, u128)> {
    let began = clock.now();
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut runners = JoinSet::new();
    for runner in 1..=7_u32 {
        let (clock, log) = (clock.clone(), log.clone());
        runners.spawn(async move {
            for step in 1..=5 {
                clock.sleep(SECOND * runner * step / 10).await;
                let at = clock.since(began).as_millis();
                log.lock().unwrap().push((runner, at));
            }
        });
    }
    while let Some(done) = runners.join_next().await {
        done.unwrap();
    }
    let mut log = log.lock().unwrap().clone();
    // Who comes first of those that come at the same time is nobody's promise.
    log.sort_by_key(|(runner, at)| (*at, *runner));
    log
}

#[test]
fn everything_happens_when_it_would_in_paused_time() {
    let ours = run(race).unwrap();
    let paused = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(race(&Clock::wall()));
    assert_eq!(ours.len(), 35);
    assert_eq!(ours, paused);
}

#[test]
fn time_stops_while_a_task_can_go_on() {
    run(async |clock| {
        let began = clock.now();
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(SECOND).await }
        });
        let worker = tokio::spawn(async {
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
        });
        // The work that was given to `run` goes on by itself too, not only tasks.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
            assert_eq!(clock.since(began), Duration::ZERO);
        }
        worker.await.unwrap();
        assert_eq!(clock.since(began), Duration::ZERO);
        sleeper.await.unwrap();
        assert_eq!(clock.since(began), SECOND);
    })
    .unwrap();
}

#[test]
fn messages_between_tasks_take_no_time() {
    run(async |clock| {
        let began = clock.now();
        let (there, mut here) = tokio::sync::mpsc::channel(1);
        let clock_of_sender = clock.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                there.send(()).await.unwrap();
            }
            clock_of_sender.sleep(SECOND).await;
        });
        let mut got = 0;
        while let Ok(Some(())) = clock.timeout(SECOND * 10, here.recv()).await {
            got += 1;
            assert_eq!(clock.since(began), Duration::ZERO);
        }
        assert_eq!(got, 100);
        assert_eq!(clock.since(began), SECOND);
    })
    .unwrap();
}

#[test]
fn a_wait_that_is_given_up_moves_nothing() {
    run(async |clock| {
        let began = clock.now();
        let hour = SECOND * 3600;
        let result = clock.timeout(SECOND, clock.sleep(hour)).await;
        assert_eq!(result, Err(Elapsed));
        assert_eq!(clock.since(began), SECOND);
        assert_eq!(clock.timeout(hour, async { 7 }).await, Ok(7));
        clock.sleep(SECOND).await;
        assert_eq!(
            clock.since(began),
            SECOND * 2,
            "no hour is left to wait for"
        );
        // What lies in the past is not waited for, and no wait is too long.
        clock.sleep_until(began).await;
        assert_eq!(
            clock.timeout(SECOND, clock.sleep(Duration::MAX)).await,
            Err(Elapsed)
        );
        assert_eq!(clock.since(began), SECOND * 3);
        assert_eq!(clock.since(clock.now() + hour), Duration::ZERO);
    })
    .unwrap();
}

#[test]
fn what_comes_from_outside_is_waited_for() {
    let text = run(async |clock| {
        let began = clock.now();
        // Work on another thread, with nothing to jump to meanwhile.
        let answer = tokio::task::spawn_blocking(|| 6 * 7).await.unwrap();
        assert_eq!(answer, 42);
        assert_eq!(clock.since(began), Duration::ZERO);
        // Real time passes beside the clock.
        Clock::wall().sleep(Duration::from_millis(1)).await;
        assert_eq!(clock.since(began), Duration::ZERO);
        // And with waits by the clock under way: they end, and the work still comes to its end.
        let waits = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(SECOND).await }
        });
        let file = tokio::task::spawn_blocking(|| std::fs::read_to_string("Cargo.toml"));
        let (waited, text) = tokio::join!(waits, file);
        waited.unwrap();
        assert_eq!(clock.since(began), SECOND);
        text.unwrap().unwrap()
    })
    .unwrap();
    assert!(text.contains("linkwright-clock"));
}

/// A loop of short waits never lets the thread sleep; sockets and signals are heard all the same.
#[test]
fn sockets_are_heard_between_waits() {
    run(async |clock| {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let caller = std::thread::spawn(move || std::net::TcpStream::connect(address).unwrap());
        let ticks = tokio::spawn({
            let clock = clock.clone();
            async move {
                loop {
                    clock.sleep(SECOND).await;
                }
            }
        });
        let (accepted, _) = listener.accept().await.unwrap();
        assert_eq!(accepted.local_addr().unwrap(), address);
        ticks.abort();
        caller.join().unwrap();
    })
    .unwrap();
}

#[test]
fn two_runs_at_once_have_times_of_their_own() {
    let runs = [SECOND, SECOND * 60].map(|wait| {
        std::thread::spawn(move || {
            run(async |clock| {
                let began = clock.now();
                for _ in 0..100 {
                    clock.sleep(wait).await;
                }
                clock.since(began)
            })
            .unwrap()
        })
    });
    let took = runs.map(|run| run.join().unwrap());
    assert_eq!(took, [SECOND * 100, SECOND * 6000]);
}

/// Work of ten seconds that may take twenty, on a machine that sleeps for so long meanwhile.
#[test]
fn the_time_that_the_machine_sleeps_counts_where_it_is_asked_for() {
    for (sleeps, is_in_time) in [(0, true), (5, true), (60, false)] {
        run(async |clock| {
            let with_sleep = clock.timeout_with_sleep(SECOND * 20, clock.sleep(SECOND * 10));
            let without = clock.timeout(SECOND * 20, clock.sleep(SECOND * 10));
            let machine = async {
                clock.sleep(SECOND * 3).await;
                clock.machine_sleeps(SECOND * sleeps);
            };
            let (with_sleep, without, ()) = tokio::join!(with_sleep, without, machine);
            assert_eq!(with_sleep.is_ok(), is_in_time, "{sleeps}");
            assert_eq!(without, Ok(()));
            let late = clock.timeout_with_sleep(SECOND * 20, clock.sleep(SECOND * 21));
            assert_eq!(late.await, Err(Elapsed));
        })
        .unwrap();
    }
}
