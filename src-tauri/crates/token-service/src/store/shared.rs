//! What several instances share, in Redis: rates, uses, and the window of requests to Azure.
//!
//! One script a request, so that nothing comes between reading and writing. Redis may go at any time: then every call
//! fails at once, until somebody calls [`Shared::connect`] again.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use foyer_acs::Secret;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, Script, ScriptInvocation};

use super::{Caller, Counted, Denied};

/// A Redis that answers later than this is treated as gone: guests wait for it.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long the window must be known before it is relied on: a Redis that lost its memory has forgotten requests.
const WINDOW_KNOWN_MS: u64 = 60_000;
/// A request is in the window until this long after its answer; until its answer, and if it never comes, twice that.
const WINDOW_MS: u64 = 30_000;

const ADMIT: &str = r"
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local function pace(key, interval, ahead)
  local due = tonumber(redis.call('GET', key) or now)
  if due < now then due = now end
  if due - now > ahead then return due - now - ahead end
  redis.call('SET', key, string.format('%.0f', due + interval), 'PX', math.ceil((due + interval - now) / 1000))
  return 0
end
local wait = pace(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))
if wait > 0 then return {1, wait} end
if not KEYS[2] then return {0, 0} end
wait = pace(KEYS[2], tonumber(ARGV[3]), tonumber(ARGV[4]))
if wait > 0 then return {2, wait} end
local most = tonumber(ARGV[5])
if most == 0 then return {0, 0} end
local used = tonumber(redis.call('GET', KEYS[3]) or 0)
if used >= most then return {3, used} end
redis.call('INCR', KEYS[3])
redis.call('PEXPIREAT', KEYS[3], ARGV[6])
return {0, used + 1}
";

const ADD_USES: &str = r"
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
if used <= 0 then redis.call('DEL', KEYS[1]) else redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
return used
";

const TAKE: &str = r"
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local born = tonumber(redis.call('GET', KEYS[2]) or -1)
if born < 0 then
  redis.call('SET', KEYS[2], string.format('%.0f', now))
  born = now
end
if now - born < tonumber(ARGV[4]) then return {2, tonumber(ARGV[4]) - (now - born)} end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local taken = redis.call('ZCARD', KEYS[1])
if taken >= tonumber(ARGV[1]) then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {1, math.max(1, tonumber(first[2]) - now)}
end
redis.call('ZADD', KEYS[1], string.format('%.0f', now + 2 * tonumber(ARGV[3])), ARGV[2])
redis.call('PEXPIRE', KEYS[1], 4 * tonumber(ARGV[3]))
return {0, taken + 1}
";

const DONE: &str = r"
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
return redis.call('ZADD', KEYS[1], 'XX', string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
";

/// Redis did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

/// What the window says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Now,
    After(Duration),
    /// Redis does not know long enough what was asked before.
    Unknown,
}

pub(crate) struct Shared {
    client: Client,
    connection: Mutex<Option<MultiplexedConnection>>,
    up: AtomicBool,
    prefix: String,
    scripts: Scripts,
}

struct Scripts {
    admit: Script,
    add_uses: Script,
    take: Script,
    done: Script,
}

/// The address is none. It is not quoted: it may hold a password.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the address of Redis cannot be read")]
pub struct AddressError;

impl Shared {
    /// Connects to nothing yet.
    pub(crate) fn new(url: &Secret, prefix: &str) -> Result<Arc<Self>, AddressError> {
        Ok(Arc::new(Self {
            client: Client::open(url.expose().as_str()).map_err(|_| AddressError)?,
            connection: Mutex::default(),
            up: AtomicBool::new(false),
            prefix: prefix.to_owned(),
            scripts: Scripts {
                admit: Script::new(ADMIT),
                add_uses: Script::new(ADD_USES),
                take: Script::new(TAKE),
                done: Script::new(DONE),
            },
        }))
    }

    pub(crate) fn is_up(&self) -> bool {
        self.up.load(Ordering::Relaxed)
    }

    /// Connects. Nothing but [`Shared::add_uses`] goes there before [`Shared::open`].
    pub(crate) async fn connect(&self) -> Result<(), Gone> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let mut connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await
            .map_err(|_| Gone)?;
        let _: String = redis::cmd("PING")
            .query_async(&mut connection)
            .await
            .map_err(|_| Gone)?;
        *self.slot() = Some(connection);
        Ok(())
    }

    /// From now on it is relied on: it knows what it missed.
    pub(crate) fn open(&self) {
        let connected = self.slot().is_some();
        self.up.store(connected, Ordering::Relaxed);
    }

    pub(crate) async fn admit(&self, caller: &Caller<'_>) -> Result<Result<u32, Denied>, Gone> {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let mut call = self.scripts.admit.prepare_invoke();
        call.key(self.key("address", caller.address))
            .arg(micros(caller.address_rate.interval))
            .arg(micros(caller.address_rate.ahead));
        if let Some(counted) = caller.invitation {
            call.key(self.key("pace", &counted.id))
                .key(self.key("uses", &counted.id))
                .arg(micros(caller.invitation_rate.interval))
                .arg(micros(caller.invitation_rate.ahead))
                .arg(counted.most.unwrap_or(0))
                .arg(counted.expires.as_millisecond());
        }
        let (verdict, number): (u8, u64) = self.call(&call).await?;
        let wait = Duration::from_micros(number);
        Ok(match verdict {
            0 => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
            1 => Err(Denied::AddressTooOften(wait)),
            2 => Err(Denied::InvitationTooOften(wait)),
            _ => Err(Denied::UsedUp),
        })
    }

    pub(crate) async fn give_back(&self, counted: &Counted) -> Result<(), Gone> {
        if counted.most.is_none() {
            return Ok(());
        }
        if !self.is_up() {
            return Err(Gone);
        }
        self.add_uses(counted, -1).await
    }

    pub(crate) async fn add_uses(&self, counted: &Counted, uses: i64) -> Result<(), Gone> {
        let mut call = self.scripts.add_uses.prepare_invoke();
        call.key(self.key("uses", &counted.id))
            .arg(uses)
            .arg(counted.expires.as_millisecond());
        self.send::<i64>(&call).await.map(drop)
    }

    /// Takes a place in the window of requests to Azure, under a name of its own.
    pub(crate) async fn take_turn(&self, limit: usize, name: &str) -> Result<Turn, Gone> {
        let mut call = self.scripts.take.prepare_invoke();
        call.key(self.key("azure", "window"))
            .key(self.key("azure", "known"))
            .arg(limit)
            .arg(name)
            .arg(WINDOW_MS)
            .arg(WINDOW_KNOWN_MS);
        let (verdict, number): (u8, u64) = self.call(&call).await?;
        Ok(match verdict {
            0 => Turn::Now,
            1 => Turn::After(Duration::from_millis(number)),
            _ => Turn::Unknown,
        })
    }

    /// Azure has answered: the place is free when the window has passed from now on.
    pub(crate) async fn end_turn(&self, name: &str) -> Result<(), Gone> {
        let mut call = self.scripts.done.prepare_invoke();
        call.key(self.key("azure", "window"))
            .arg(name)
            .arg(WINDOW_MS);
        self.call::<i64>(&call).await.map(drop)
    }

    fn key(&self, kind: &str, name: &str) -> String {
        // The braces keep everything on one node of a cluster, as scripts need it.
        format!("{{{}}}:{kind}:{name}", self.prefix)
    }

    async fn call<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T, Gone> {
        if !self.is_up() {
            return Err(Gone);
        }
        self.send(call).await
    }

    async fn send<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T, Gone> {
        let connection = self.slot().clone();
        let Some(mut connection) = connection else {
            return Err(Gone);
        };
        match call.invoke_async(&mut connection).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                // Only the kind: a message may quote what was sent.
                tracing::warn!(kind = ?error.kind(), "redis does not answer; going on alone");
                *self.slot() = None;
                self.up.store(false, Ordering::Relaxed);
                Err(Gone)
            }
        }
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<MultiplexedConnection>> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
