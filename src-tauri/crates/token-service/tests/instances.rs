//! Several instances behind one Redis and one balancer.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use foyer_acs::Timestamp;
use foyer_acs::fake::{Fake, FakeConfig};
use foyer_token_service::service::Service;
use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use support::redis::Redis;
use support::{Answer, config, invitation, real_clock, token};

async fn fake() -> Fake {
    let config = FakeConfig::loopback(real_clock());
    Fake::start(config).await.unwrap()
}

async fn instance(fake: &Fake, redis: &str, more: &[(&str, &str)]) -> Service {
    let mut all = vec![("STORE__REDIS", redis), ("STORE__INSTANCES", "4")];
    all.extend(more);
    Service::start(config(fake, &all), real_clock())
        .await
        .unwrap()
}

/// A connection of its own, as a new guest has.
async fn enter(service: &Service, invitation: &str) -> Answer {
    let url = format!("http://{}/v1/guests", service.address());
    let body = json!({ "invitation": invitation });
    let answer = Client::new().post(url).json(&body).send().await.unwrap();
    Answer::of(answer).await
}

async fn ready(service: &Service) -> Value {
    let url = format!("http://{}/readyz", service.address());
    Client::new()
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

async fn until_redis_is(service: &Service, up: bool) {
    while ready(service).await["redis"] != up {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_count_together_what_is_used_and_how_often_is_asked() {
    let (redis, fake) = (Redis::start().await, fake().await);
    let (url, limit) = (redis.url(), [("AZURE__REQUESTS_PER_30S", "40")]);
    let one = instance(&fake, &url, &limit).await;
    let other = instance(&fake, &url, &limit).await;
    let seven = token(&invitation(Some(7), Timestamp::now()));
    let asked = (0..20).map(|at| enter(if at % 2 == 0 { &one } else { &other }, &seven));
    let answers = join_all(asked).await;
    let entered = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(entered, 7);
    let used_up = |answer: &&Answer| answer.code() == "invitation.used_up";
    assert_eq!(answers.iter().filter(used_up).count(), 13);

    // A fifth of forty is kept for when Redis is gone.
    let endless = token(&invitation(None, Timestamp::now()));
    let asked = (0..60).map(|at| enter(if at % 2 == 0 { &one } else { &other }, &endless));
    let answers = join_all(asked).await;
    let entered = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(entered, 32 - 7, "together, not each");
    assert_eq!(fake.requests().len(), 32);
    let refused = answers.iter().find(|answer| answer.status != 200).unwrap();
    refused.is(429, "limit.azure");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_gone_each_instance_keeps_to_its_own_limits() {
    let (mut redis, fake) = (Redis::start().await, fake().await);
    let limit = [("AZURE__REQUESTS_PER_30S", "100")];
    let service = instance(&fake, &redis.url(), &limit).await;
    let three = token(&invitation(Some(3), Timestamp::now()));
    assert_eq!(enter(&service, &three).await.status, 200);

    redis.kill();
    assert_eq!(enter(&service, &three).await.status, 200, "goes on alone");
    until_redis_is(&service, false).await;
    assert_eq!(enter(&service, &three).await.status, 200);
    let refused = enter(&service, &three).await;
    refused.is(403, "invitation.used_up");
    // Its share is a fourth of a fifth of the limit; two of it are used.
    let endless = token(&invitation(None, Timestamp::now()));
    let answers = join_all((0..10).map(|_| enter(&service, &endless))).await;
    let entered = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(entered, 5 - 2);

    redis.revive();
    until_redis_is(&service, true).await;
    let other = instance(&fake, &redis.url(), &limit).await;
    until_redis_is(&other, true).await;
    let refused = enter(&other, &three).await;
    refused.is(403, "invitation.used_up");
    assert_eq!(
        enter(&other, &endless).await.status,
        200,
        "the window is back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_lost_its_memory_is_not_relied_on_at_once() {
    let (redis, fake) = (Redis::start().await, fake().await);
    let limit = [("AZURE__REQUESTS_PER_30S", "100")];
    let service = instance(&fake, &redis.url(), &limit).await;
    let _: () = redis.ask(&mut redis::cmd("FLUSHALL")).await;
    let endless = token(&invitation(None, Timestamp::now()));
    let answers = join_all((0..20).map(|_| enter(&service, &endless))).await;
    let entered = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(entered, 5, "its own share only");
}

/// Sends each request to the next instance that says it is ready, as a load balancer does.
#[derive(Default)]
struct Balancer {
    instances: Mutex<VecDeque<String>>,
}

impl Balancer {
    fn next(&self) -> String {
        let mut instances = self.instances.lock().unwrap();
        instances.rotate_left(1);
        instances[0].clone()
    }

    fn add(&self, service: &Service) {
        let address = service.address().to_string();
        self.instances.lock().unwrap().push_back(address);
    }

    /// Takes away whoever is not ready.
    async fn probe(&self, client: &Client) {
        let addresses = self.instances.lock().unwrap().clone();
        for address in addresses {
            let answer = client.get(format!("http://{address}/readyz")).send().await;
            if !answer.is_ok_and(|answer| answer.status().is_success()) {
                let mut instances = self.instances.lock().unwrap();
                instances.retain(|other| *other != address);
            }
        }
    }
}

/// Guests who keep coming, each over a connection that is kept, so that a closing one would be noticed.
struct Crowd {
    done: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    fn come(balancer: &Arc<Balancer>, invitation: &str) -> Self {
        let done = Arc::<AtomicBool>::default();
        let answered = Arc::<AtomicUsize>::default();
        let mut tasks: Vec<_> = (0..4)
            .map(|_| {
                let (balancer, done, answered) = (balancer.clone(), done.clone(), answered.clone());
                let body = json!({ "invitation": invitation });
                tokio::spawn(async move {
                    let client = Client::new();
                    while !done.load(Ordering::Relaxed) {
                        let url = format!("http://{}/v1/guests", balancer.next());
                        let answer = client.post(url).json(&body).send().await.unwrap();
                        // The limit of Azure is an answer as well: none is lost.
                        assert!(matches!(answer.status().as_u16(), 200 | 429), "{answer:?}");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        let (balancer, over) = (balancer.clone(), done.clone());
        tasks.push(tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                balancer.probe(&Client::new()).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }));
        Self {
            done,
            answered,
            tasks,
        }
    }

    async fn is_served_more(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        while self.answered.load(Ordering::Relaxed) < before + 50 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Fails if any of them was not answered, or Azure was asked too often.
    async fn leave(self, fake: &Fake) {
        self.done.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
        let requests = fake.requests();
        let refused = requests.iter().filter(|seen| seen.status == 429).count();
        assert_eq!(refused, 0, "of {} requests to Azure", requests.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replacing_one_instance_after_the_other_loses_no_request() {
    let (redis, fake) = (Redis::start().await, fake().await);
    let url = redis.url();
    let settings = [("POOL__SIZE", "50"), ("HTTP__DRAIN_DELAY", "500ms")];
    let mut running = VecDeque::new();
    let balancer = Arc::new(Balancer::default());
    for _ in 0..2 {
        let service = instance(&fake, &url, &settings).await;
        balancer.add(&service);
        running.push_back(service);
    }
    let crowd = Crowd::come(&balancer, &token(&invitation(None, Timestamp::now())));
    crowd.is_served_more().await;
    for _ in 0..2 {
        let fresh = instance(&fake, &url, &settings).await;
        balancer.add(&fresh);
        running.push_back(fresh);
        running.pop_front().unwrap().stop().await;
        crowd.is_served_more().await;
    }
    crowd.leave(&fake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_gone_for_ten_seconds_under_load_costs_no_request() {
    let (mut redis, fake) = (Redis::start().await, fake().await);
    let url = redis.url();
    let balancer = Arc::new(Balancer::default());
    let mut running = Vec::new();
    for _ in 0..2 {
        let service = instance(&fake, &url, &[("POOL__SIZE", "50")]).await;
        balancer.add(&service);
        running.push(service);
    }
    let crowd = Crowd::come(&balancer, &token(&invitation(None, Timestamp::now())));
    crowd.is_served_more().await;
    redis.kill();
    let back = tokio::time::Instant::now() + Duration::from_secs(10);
    for service in &running {
        until_redis_is(service, false).await;
    }
    while tokio::time::Instant::now() < back {
        crowd.is_served_more().await;
    }
    redis.revive();
    for service in &running {
        until_redis_is(service, true).await;
    }
    crowd.is_served_more().await;
    crowd.leave(&fake).await;
}
