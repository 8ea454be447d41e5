/**
 * Every family of commands as ioredis sends it and reads its replies.
 *
 * usage: node families.js DATABASE PORT...
 *
 * Each family is used through each of the ports on loopback and with each protocol, with keys in a slot of its own:
 * whichever node leads it, the others are asked too. Ends with code 0 and the count of checks, or with the first check
 * that failed.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";

const DEADLINE_S = 20;
let checks = 0;

function same(actual, expected) {
  checks++;
  assert.deepEqual(actual, expected);
}

/** The server's answer is an error that begins with these words. */
async function refused(call, words) {
  checks++;
  await assert.rejects(call, (error) => error.message.startsWith(words));
}

function sorted(items) {
  return [...items].sort();
}

/** One family through one node: its client, others through another node, and names for its keys. */
class Way {
  constructor(family, database, port, otherPort, protocol) {
    this.tag = `{ioredis:${family}:${port}:${protocol}}`;
    this.options = { db: database, protocol, retryStrategy: null, connectTimeout: DEADLINE_S * 1000 };
    this.clients = [];
    this.redis = this.client(port);
    this.other = this.client(otherPort);
    this.port = port;
  }

  client(port) {
    const made = new Redis({ ...this.options, port, host: "127.0.0.1" });
    made.on("error", () => {});
    this.clients.push(made);
    return made;
  }

  key(name) {
    return `${this.tag}:${name}`;
  }

  close() {
    this.clients.forEach((client) => client.disconnect());
  }
}

async function strings(way) {
  const r = way.redis;
  const name = way.key("name");
  same(await r.set(name, "ann"), "OK");
  same(await r.get(name), "ann");
  same(await r.set(name, "bob", "NX"), null);
  same(await r.append(name, "a"), 4);
  same(await r.getrange(name, 1, -1), "nna");
  same(await r.setrange(name, 0, "h"), 4);
  same(await r.strlen(name), 4);
  same(await r.getset(name, "cleo"), "hnna");
  same(await r.getdel(name), "cleo");
  same(await r.get(name), null);
  same(await r.incrby(way.key("n"), 5), 5);
  same(await r.decr(way.key("n")), 4);
  same(await r.incrbyfloat(way.key("f"), 1.5), "1.5");
  same(await r.mset({ [way.key("a")]: "1", [way.key("b")]: "2" }), "OK");
  same(await r.mget(way.key("a"), way.key("b"), way.key("none")), ["1", "2", null]);
  same(await r.msetnx(way.key("a"), "1", way.key("c"), "2"), 0);
  same(await r.call("LCS", way.key("a"), way.key("b")), "");
  const binary = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  same(await r.set(way.key("bin"), binary), "OK");
  same(await r.getBuffer(way.key("bin")), binary);
  await refused(() => r.incr(way.key("f")), "ERR value is not an integer");
}

async function bits(way) {
  const r = way.redis;
  const key = way.key("bits");
  same(await r.setbit(key, 7, 1), 0);
  same(await r.setbit(key, 100, 1), 0);
  same(await r.getbit(key, 7), 1);
  same(await r.bitcount(key), 2);
  same(await r.bitpos(key, 1), 7);
  same(await r.bitop("NOT", way.key("not"), key), 13);
  same(await r.bitcount(way.key("not")), 102);
  same(await r.bitfield(way.key("f"), "INCRBY", "u8", 0, 200, "INCRBY", "u8", 0, 100, "GET", "u4", 0), [200, 44, 2]);
  same(await r.bitfield(way.key("f"), "OVERFLOW", "SAT", "INCRBY", "u8", 0, 250), [255]);
}

async function hyperLogLogs(way) {
  const r = way.redis;
  same(await r.pfadd(way.key("a"), "x", "y", "z", "x"), 1);
  same(await r.pfadd(way.key("b"), "z", "w"), 1);
  same(await r.pfcount(way.key("a")), 3);
  same(await r.pfcount(way.key("a"), way.key("b")), 4);
  same(await r.pfmerge(way.key("both"), way.key("a"), way.key("b")), "OK");
  same(await r.pfcount(way.key("both")), 4);
}

async function hashes(way) {
  const r = way.redis;
  const key = way.key("h");
  same(await r.hset(key, { name: "ann", age: "41" }), 2);
  same(await r.hget(key, "name"), "ann");
  same(await r.hmget(key, "age", "none"), ["41", null]);
  same(await r.hincrby(key, "age", 1), 42);
  same(await r.hincrbyfloat(key, "height", 1.75), "1.75");
  same({ ...(await r.hgetall(key)) }, { name: "ann", age: "42", height: "1.75" });
  same(sorted(await r.hkeys(key)), ["age", "height", "name"]);
  same(sorted(await r.hvals(key)), ["1.75", "42", "ann"]);
  same(await r.hexists(key, "age"), 1);
  same(await r.hsetnx(key, "age", "1"), 0);
  same(await r.hstrlen(key, "name"), 3);
  same((await r.hrandfield(key, 2)).length, 2);
  same((await r.hscan(key, 0))[1].length, 6);
  same(await r.hdel(key, "age", "height", "none"), 2);
  same(await r.hlen(key), 1);
}

async function lists(way) {
  const r = way.redis;
  const key = way.key("l");
  const other = way.key("m");
  same(await r.rpush(key, "b", "c"), 2);
  same(await r.lpush(key, "a"), 3);
  same(await r.linsert(key, "AFTER", "b", "b2"), 4);
  same(await r.lrange(key, 0, -1), ["a", "b", "b2", "c"]);
  same(await r.lindex(key, -1), "c");
  same(await r.lset(key, 0, "A"), "OK");
  same(await r.lpos(key, "b2"), 2);
  same(await r.lmove(key, other, "LEFT", "RIGHT"), "A");
  same(await r.rpoplpush(key, other), "c");
  same(await r.lpop(other, 2), ["c", "A"]);
  same(await r.lrem(key, 1, "b"), 1);
  same(await r.ltrim(key, 0, 0), "OK");
  same(await r.rpop(key), "b2");
  same(await r.llen(key), 0);
  await r.rpush(key, "1", "2");
  same(await r.lmpop(2, other, key, "RIGHT", "COUNT", 2), [key, ["2", "1"]]);
}

async function sets(way) {
  const r = way.redis;
  const a = way.key("a");
  const b = way.key("b");
  same(await r.sadd(a, "1", "2", "3"), 3);
  same(await r.sadd(b, "3", "4"), 2);
  same(sorted(await r.smembers(a)), ["1", "2", "3"]);
  same(await r.sismember(a, "2"), 1);
  same(await r.smismember(a, "2", "9"), [1, 0]);
  same(await r.sinter(a, b), ["3"]);
  same(sorted(await r.sunion(a, b)), ["1", "2", "3", "4"]);
  same(sorted(await r.sdiff(a, b)), ["1", "2"]);
  same(await r.sintercard(2, a, b), 1);
  same(await r.sunionstore(way.key("c"), a, b), 4);
  same(await r.smove(a, b, "1"), 1);
  same(await r.scard(b), 3);
  same((await r.srandmember(a, 2)).length, 2);
  same(sorted((await r.sscan(way.key("c"), 0, "COUNT", 100))[1]), ["1", "2", "3", "4"]);
  same(await r.srem(a, "2", "9"), 1);
  same(await r.spop(a), "3");
  same(await r.exists(a), 0);
}

async function sortedSets(way) {
  const r = way.redis;
  const key = way.key("z");
  same(await r.zadd(key, 10.5, "ann", 7, "bob", 12, "cleo"), 3);
  same(Number(await r.zscore(key, "ann")), 10.5);
  same((await r.zmscore(key, "bob", "none")).map((each) => each && Number(each)), [7, null]);
  same(await r.zrange(key, 0, -1), ["bob", "ann", "cleo"]);
  same((await r.zrange(key, 0, 1, "WITHSCORES")).flat().map(String), ["bob", "7", "ann", "10.5"]);
  same(await r.zrevrange(key, 0, 0), ["cleo"]);
  same(await r.zrangebyscore(key, "(7", "+inf"), ["ann", "cleo"]);
  same(await r.zrank(key, "cleo"), 2);
  same(await r.zcount(key, 8, 12), 2);
  same(Number(await r.zincrby(key, 5, "bob")), 12);
  same(await r.zadd(key, "GT", 1, "bob"), 0);
  same((await r.zrandmember(key, 2)).length, 2);
  same((await r.zscan(key, 0))[1].length, 6);
  same(await r.zunionstore(way.key("u"), 1, key, "WEIGHTS", 2), 3);
  same(Number(await r.zscore(way.key("u"), "ann")), 21);
  same(await r.zadd(way.key("lex"), 0, "a", 0, "b", 0, "c"), 3);
  same(await r.zrangebylex(way.key("lex"), "[a", "(c"), ["a", "b"]);
  same(await r.zlexcount(way.key("lex"), "-", "+"), 3);
  same((await r.zpopmin(key)).map(String), ["ann", "10.5"]);
  same(await r.zrem(key, "bob"), 1);
  same(await r.zremrangebyrank(key, 0, -1), 1);
  same(await r.zcard(key), 0);
}

async function places(way) {
  const r = way.redis;
  const key = way.key("geo");
  same(await r.geoadd(key, 13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania"), 2);
  same(Math.round(Number(await r.geodist(key, "Palermo", "Catania", "km"))), 166);
  same((await r.geopos(key, "Palermo"))[0].map((each) => Number(each).toFixed(3)), ["13.361", "38.116"]);
  same((await r.geohash(key, "Palermo"))[0].startsWith("sqc8b49rny"), true);
  same(await r.geosearch(key, "FROMLONLAT", 15, 37, "BYRADIUS", 100, "km"), ["Catania"]);
  same(await r.geosearchstore(way.key("near"), key, "FROMLONLAT", 15, 37, "BYRADIUS", 300, "km"), 2);
  same(await r.zcard(way.key("near")), 2);
}

async function streams(way) {
  const r = way.redis;
  const key = way.key("x");
  const start = ["1-1", ["event", "start"]];
  const end = ["2-1", ["event", "end"]];
  same(await r.xadd(key, "1-1", "event", "start"), "1-1");
  same(await r.xadd(key, "2-1", "event", "end"), "2-1");
  same(await r.xlen(key), 2);
  same(await r.xrange(key, "-", "+"), [start, end]);
  same(await r.xrevrange(key, "+", "-", "COUNT", 1), [end]);
  same(entries(await r.xread("STREAMS", key, "1-1"), key), [end]);
  same(await r.xgroup("CREATE", key, "workers", "0"), "OK");
  same(entries(await r.xreadgroup("GROUP", "workers", "w1", "COUNT", 1, "STREAMS", key, ">"), key), [start]);
  same(entries(await r.xreadgroup("GROUP", "workers", "w2", "STREAMS", key, ">"), key), [end]);
  same((await r.xpending(key, "workers"))[0], 2);
  same((await r.xpending(key, "workers", "-", "+", 10)).map((each) => each[0]), ["1-1", "2-1"]);
  same(await r.xclaim(key, "workers", "w1", 0, "2-1"), [end]);
  same((await r.xautoclaim(key, "workers", "w3", 0, "0", "COUNT", 1))[0], "2-1");
  same(await r.xack(key, "workers", "1-1"), 1);
  same(fact(await r.xinfo("STREAM", key), "length"), 2);
  same(fact((await r.xinfo("GROUPS", key))[0], "pending"), 1);
  same(sorted((await r.xinfo("CONSUMERS", key, "workers")).map((each) => fact(each, "name"))), ["w1", "w2", "w3"]);
  same(await r.xdel(key, "1-1"), 1);
  same(await r.xtrim(key, "MAXLEN", 0), 1);
  same(await r.xgroup("DESTROY", key, "workers"), 1);
}

/** Of the only stream in a reply of XREAD, in the forms of both protocols. */
function entries(read, key) {
  return Array.isArray(read) ? (read[0][1] ?? read[1]) : read[key];
}

function fact(facts, name) {
  return Array.isArray(facts) ? facts[facts.indexOf(name) + 1] : facts[name];
}

async function messages(way) {
  const subscriber = way.client(way.port);
  const heard = [];
  subscriber.on("message", (channel, text) => heard.push([channel, text]));
  subscriber.on("pmessage", (pattern, channel, text) => heard.push([pattern, channel, text]));
  same(await subscriber.subscribe(way.key("news")), 1);
  same(await subscriber.psubscribe(way.key("ev*")), 2);
  await until(async () => (await way.other.pubsub("NUMSUB", way.key("news")))[1] === 1);
  same(await way.other.publish(way.key("news"), "hello"), 1);
  same(await way.other.publish(way.key("event"), "e1"), 1);
  await until(() => heard.length === 2);
  same(sorted(heard.map(String)), sorted([`${way.key("news")},hello`, `${way.key("ev*")},${way.key("event")},e1`]));
  same(await subscriber.unsubscribe(way.key("news")), 1);
}

async function shardedMessages(way) {
  const subscriber = way.client(way.port);
  const heard = [];
  subscriber.on("smessage", (channel, text) => heard.push([channel, text]));
  same(await subscriber.ssubscribe(way.key("shard")), 1);
  same(await way.other.spublish(way.key("shard"), "m"), 1);
  await until(() => heard.length === 1);
  same(heard, [[way.key("shard"), "m"]]);
}

async function until(condition) {
  const deadline = Date.now() + DEADLINE_S * 1000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, "it took too long");
    await pause(5);
  }
}

async function transactions(way) {
  const r = way.redis;
  const balance = way.key("balance");
  same(await r.watch(balance), "OK");
  same(await r.multi().incrby(balance, 5).rpush(way.key("history"), "+5").exec(), [
    [null, 5],
    [null, 1],
  ]);
  same(await r.watch(balance), "OK");
  same(await way.other.incrby(balance, 1), 6);
  same(await r.multi().set(balance, "100").exec(), null);
  same(await r.get(balance), "6");
  const [wrong, right] = await r.multi().incr(way.key("history")).incr(balance).exec();
  same(wrong[0].message.startsWith("WRONGTYPE"), true);
  same(right, [null, 7]);
}

async function blocking(way) {
  const r = way.redis;
  const answers = async (wait, wake) => {
    const asks = way.client(way.port);
    const waiting = wait(asks);
    await until(async () => (await r.info("clients")).match(/blocked_clients:(\d+)/)[1] !== "0");
    await wake();
    return waiting;
  };
  same(
    await answers(
      (asks) => asks.blpop(way.key("q"), way.key("p"), DEADLINE_S),
      () => way.other.rpush(way.key("p"), "job"),
    ),
    [way.key("p"), "job"],
  );
  same(
    await answers(
      (asks) => asks.blmove(way.key("q"), way.key("done"), "LEFT", "RIGHT", DEADLINE_S),
      () => way.other.lpush(way.key("q"), "moved"),
    ),
    "moved",
  );
  same(
    (
      await answers(
        (asks) => asks.bzpopmin(way.key("z"), DEADLINE_S),
        () => way.other.zadd(way.key("z"), 1.5, "m"),
      )
    ).map(String),
    [way.key("z"), "m", "1.5"],
  );
  const read = await answers(
    (asks) => asks.xread("BLOCK", DEADLINE_S * 1000, "STREAMS", way.key("x"), "0"),
    () => way.other.xadd(way.key("x"), "5-0", "k", "v"),
  );
  same(entries(read, way.key("x")), [["5-0", ["k", "v"]]]);
  same(await r.blpop(way.key("q"), 0.05), null);
}

async function keys(way) {
  const r = way.redis;
  const names = Array.from({ length: 20 }, (_, i) => way.key(`k${i}`));
  await r.mset(Object.fromEntries(names.map((name, i) => [name, String(i)])));
  const found = new Set();
  for await (const page of r.scanStream({ match: `${way.tag.replace("{", "\\{")}:*`, count: 100 })) {
    page.forEach((name) => found.add(name));
  }
  same(sorted(found), sorted(names));
  same(await r.exists(names[1], names[2], way.key("none")), 2);
  same(await r.type(names[1]), "string");
  same(await r.rename(names[1], way.key("r")), "OK");
  same(await r.renamenx(names[2], names[3]), 0);
  same(await r.copy(way.key("r"), way.key("c")), 1);
  same(await r.get(way.key("c")), "1");
  same(await r.restore(way.key("restored"), 0, await r.dumpBuffer(way.key("c"))), "OK");
  same(await r.get(way.key("restored")), "1");
  same(await r.object("ENCODING", way.key("c")), "int");
  same(await r.touch(way.key("c"), way.key("none")), 1);
  same(await r.unlink(way.key("c"), way.key("none")), 1);
  same(await r.del(way.key("r"), names[5]), 2);
  same((await r.randomkey()) !== null, true);
  same((await r.dbsize()) > 0, true);
}

async function expiry(way) {
  const r = way.redis;
  const key = way.key("e");
  same(await r.set(key, "v", "EX", 100), "OK");
  same([99, 100].includes(await r.ttl(key)), true);
  same(await r.persist(key), 1);
  same(await r.ttl(key), -1);
  same(await r.pexpire(key, 50_000), 1);
  same((await r.pttl(key)) > 49_000, true);
  same(await r.expireat(key, 4_000_000_000), 1);
  same(await r.expiretime(key), 4_000_000_000);
  same(await r.getex(key, "PX", 1), "v");
  await until(async () => (await r.exists(key)) === 0);
  same(await r.get(key), null);
  same(await r.ttl(key), -2);
}

async function scripts(way) {
  const r = way.redis;
  if (await leftOut(() => r.eval("return 1", 0))) {
    return;
  }
  const body = "redis.call('SET', KEYS[1], ARGV[1]); return {redis.call('GET', KEYS[1]), 7}";
  same(await r.eval(body, 1, way.key("s"), "by script"), ["by script", 7]);
  same(await r.get(way.key("s")), "by script");
  r.defineCommand("addToKey", { numberOfKeys: 1, lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])" });
  same(await r.addToKey(way.key("n"), 5), 5);
  same(await r.addToKey(way.key("n"), 5), 10);
  await refused(() => r.eval("return redis.error_reply('MINE told so')", 0), "MINE told so");
  const library =
    "#!lua name=families_js\nredis.register_function('families_js_get', function(keys) " +
    "return redis.call('GET', keys[1]) end)";
  if (await leftOut(() => r.call("FUNCTION", "LOAD", "REPLACE", library))) {
    return;
  }
  same(await r.fcall("families_js_get", 1, way.key("s")), "by script");
}

/** Whether the server says that it does not serve this. */
async function leftOut(call) {
  try {
    await call();
    return false;
  } catch (error) {
    if (!error.message.includes("not served")) {
      throw error;
    }
    console.log(`left out: ${error.message}`);
    return true;
  }
}

const FAMILIES = [
  strings,
  bits,
  hyperLogLogs,
  hashes,
  lists,
  sets,
  sortedSets,
  places,
  streams,
  messages,
  shardedMessages,
  transactions,
  blocking,
  keys,
  expiry,
  scripts,
];

async function main(database, ports) {
  for (const protocol of [2, 3]) {
    for (const [place, port] of ports.entries()) {
      for (const family of FAMILIES) {
        const way = new Way(family.name, database, port, ports[(place + 1) % ports.length], protocol);
        try {
          await family(way);
        } catch (error) {
          console.error(`${family.name} through port ${port}, protocol ${protocol}:`);
          throw error;
        } finally {
          way.close();
        }
      }
    }
  }
  console.log(`ioredis: ${FAMILIES.length} families through ${ports.length} ports, ${checks} checks`);
}

const [database, ...ports] = process.argv.slice(2).map(Number);
await main(database, ports);
