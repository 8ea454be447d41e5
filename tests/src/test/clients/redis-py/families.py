"""Every family of commands as redis-py sends it and reads its replies.

usage: families.py DATABASE PORT...

Each family is used through each of the ports on loopback, with keys in a slot of its own: whichever node leads it, the
others are asked too. Ends with code 0 and the count of checks, or with the first check that failed.
"""

import sys
import threading
import time

import redis

DEADLINE_S = 20
checks = 0


def same(actual, expected):
    global checks
    checks += 1
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def refused(call, words):
    """The server's answer is an error that begins with these words."""
    try:
        answer = call()
    except redis.ResponseError as error:
        same(str(error).startswith(words), True)
        return
    raise AssertionError(f"{answer!r} instead of the error {words}")


class Way:
    """One family through one node: its client, one through another node, and names for its keys."""

    def __init__(self, family, database, port, other_port, protocol):
        self.tag = f"{{redis-py:{family}:{port}:{protocol}}}"
        self.options = {"db": database, "decode_responses": True, "socket_timeout": DEADLINE_S}
        if protocol == 3:
            self.options["protocol"] = 3
        self.redis = redis.Redis(port=port, **self.options)
        self.other = redis.Redis(port=other_port, **self.options)
        self.bytes = redis.Redis(port=port, **{**self.options, "decode_responses": False})

    def key(self, name):
        return f"{self.tag}:{name}"

    def close(self):
        for client in (self.redis, self.other, self.bytes):
            client.close()


def strings(way):
    r, name = way.redis, way.key("name")
    same(r.set(name, "ann"), True)
    same(r.get(name), "ann")
    same(r.set(name, "bob", nx=True), None)
    same(r.append(name, "a"), 4)
    same(r.getrange(name, 1, -1), "nna")
    same(r.setrange(name, 0, "h"), 4)
    same(r.strlen(name), 4)
    same(r.getset(name, "cleo"), "hnna")
    same(r.getdel(name), "cleo")
    same(r.get(name), None)
    same(r.incr(way.key("n"), 5), 5)
    same(r.decr(way.key("n")), 4)
    same(r.incrbyfloat(way.key("f"), 1.5), 1.5)
    same(r.mset({way.key("a"): "1", way.key("b"): "2"}), True)
    same(r.mget(way.key("a"), way.key("b"), way.key("none")), ["1", "2", None])
    same(r.msetnx({way.key("a"): "1", way.key("c"): "2"}), False)
    same(r.execute_command("LCS", way.key("a"), way.key("b")), "")
    same(way.bytes.set(way.key("bin"), bytes(range(256))), True)
    same(way.bytes.get(way.key("bin")), bytes(range(256)))
    refused(lambda: r.incr(way.key("f")), "value is not an integer")


def bits(way):
    r, key = way.redis, way.key("bits")
    same(r.setbit(key, 7, 1), 0)
    same(r.setbit(key, 100, 1), 0)
    same(r.getbit(key, 7), 1)
    same(r.bitcount(key), 2)
    same(r.bitpos(key, 1), 7)
    same(r.bitop("NOT", way.key("not"), key), 13)
    same(r.bitcount(way.key("not")), 102)
    same(r.bitfield(way.key("field")).incrby("u8", 0, 200).incrby("u8", 0, 100).get("u4", 0).execute(), [200, 44, 2])
    same(r.bitfield(way.key("field"), "SAT").incrby("u8", 0, 250).execute(), [255])


def hyper_log_logs(way):
    r = way.redis
    same(r.pfadd(way.key("a"), "x", "y", "z", "x"), 1)
    same(r.pfadd(way.key("b"), "z", "w"), 1)
    same(r.pfcount(way.key("a")), 3)
    same(r.pfcount(way.key("a"), way.key("b")), 4)
    same(r.pfmerge(way.key("both"), way.key("a"), way.key("b")), True)
    same(r.pfcount(way.key("both")), 4)


def hashes(way):
    r, key = way.redis, way.key("h")
    same(r.hset(key, mapping={"name": "ann", "age": "41"}), 2)
    same(r.hget(key, "name"), "ann")
    same(r.hmget(key, "age", "none"), ["41", None])
    same(r.hincrby(key, "age", 1), 42)
    same(r.hincrbyfloat(key, "height", 1.75), 1.75)
    same(r.hgetall(key), {"name": "ann", "age": "42", "height": "1.75"})
    same(sorted(r.hkeys(key)), ["age", "height", "name"])
    same(sorted(r.hvals(key)), ["1.75", "42", "ann"])
    same(r.hexists(key, "age"), True)
    same(r.hsetnx(key, "age", "1"), False)
    same(r.hstrlen(key, "name"), 3)
    same(r.hrandfield(key, 3, withvalues=False) is not None, True)
    same(dict(r.hscan_iter(key)), r.hgetall(key))
    same(r.hdel(key, "age", "height", "none"), 2)
    same(r.hlen(key), 1)


def lists(way):
    r, key, other = way.redis, way.key("l"), way.key("m")
    same(r.rpush(key, "b", "c"), 2)
    same(r.lpush(key, "a"), 3)
    same(r.linsert(key, "AFTER", "b", "b2"), 4)
    same(r.lrange(key, 0, -1), ["a", "b", "b2", "c"])
    same(r.lindex(key, -1), "c")
    same(r.lset(key, 0, "A"), True)
    same(r.lpos(key, "b2"), 2)
    same(r.lmove(key, other, "LEFT", "RIGHT"), "A")
    same(r.rpoplpush(key, other), "c")
    same(r.lrange(other, 0, -1), ["c", "A"])
    same(r.lpop(other, 2), ["c", "A"])
    same(r.lrem(key, 1, "b"), 1)
    same(r.ltrim(key, 0, 0), True)
    same(r.rpop(key), "b2")
    same(r.llen(key), 0)
    r.rpush(key, "1", "2")
    answer = r.execute_command("LMPOP", 2, other, key, "RIGHT", "COUNT", 2)
    same(answer, [key, ["2", "1"]])


def sets(way):
    r, a, b = way.redis, way.key("a"), way.key("b")
    same(r.sadd(a, "1", "2", "3"), 3)
    same(r.sadd(b, "3", "4"), 2)
    same(set(r.smembers(a)), {"1", "2", "3"})
    same(bool(r.sismember(a, "2")), True)
    same([int(each) for each in r.smismember(a, ["2", "9"])], [1, 0])
    same(set(r.sinter(a, b)), {"3"})
    same(set(r.sunion(a, b)), {"1", "2", "3", "4"})
    same(set(r.sdiff(a, b)), {"1", "2"})
    same(r.execute_command("SINTERCARD", 2, a, b), 1)
    same(r.sunionstore(way.key("c"), a, b), 4)
    same(bool(r.smove(a, b, "1")), True)
    same(r.scard(b), 3)
    same(len(r.srandmember(a, 2)), 2)
    same(set(r.sscan_iter(way.key("c"))), {"1", "2", "3", "4"})
    same(r.srem(a, "2", "9"), 1)
    same(r.spop(a), "3")
    same(r.exists(a), 0)


def sorted_sets(way):
    r, key = way.redis, way.key("z")
    same(r.zadd(key, {"ann": 10.5, "bob": 7, "cleo": 12}), 3)
    same(r.zscore(key, "ann"), 10.5)
    same(r.zmscore(key, ["bob", "none"]), [7.0, None])
    same(r.zrange(key, 0, -1), ["bob", "ann", "cleo"])
    same([tuple(each) for each in r.zrange(key, 0, 1, withscores=True)], [("bob", 7.0), ("ann", 10.5)])
    same(r.zrevrange(key, 0, 0), ["cleo"])
    same(r.zrangebyscore(key, "(7", "+inf"), ["ann", "cleo"])
    same(r.zrank(key, "cleo"), 2)
    same(r.zrevrank(key, "cleo"), 0)
    same(r.zcount(key, 8, 12), 2)
    same(r.zincrby(key, 5, "bob"), 12.0)
    same(r.zadd(key, {"bob": 1}, gt=True), 0)
    same(len(r.zrandmember(key, 2)), 2)
    same(dict(r.zscan_iter(key)), {"ann": 10.5, "bob": 12.0, "cleo": 12.0})
    same(r.zunionstore(way.key("u"), {key: 2}), 3)
    same(r.zscore(way.key("u"), "ann"), 21.0)
    same(r.zadd(way.key("lex"), {"a": 0, "b": 0, "c": 0}), 3)
    same(r.zrangebylex(way.key("lex"), "[a", "(c"), ["a", "b"])
    same(r.zlexcount(way.key("lex"), "-", "+"), 3)
    same([tuple(each) for each in r.zpopmin(key)], [("ann", 10.5)])
    same(r.zrem(key, "bob"), 1)
    same(r.zremrangebyrank(key, 0, -1), 1)
    same(r.zcard(key), 0)


def places(way):
    r, key = way.redis, way.key("geo")
    same(r.geoadd(key, [13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania"]), 2)
    same(round(r.geodist(key, "Palermo", "Catania", unit="km")), 166)
    same([round(each, 3) for each in r.geopos(key, "Palermo")[0]], [13.361, 38.116])
    same(r.geohash(key, "Palermo")[0].startswith("sqc8b49rny"), True)
    same(r.geosearch(key, longitude=15, latitude=37, radius=100, unit="km"), ["Catania"])
    same(r.geosearchstore(way.key("near"), key, longitude=15, latitude=37, radius=300, unit="km"), 2)
    same(r.zcard(way.key("near")), 2)


def streams(way):
    r, key = way.redis, way.key("x")
    same(r.xadd(key, {"event": "start"}, id="1-1"), "1-1")
    same(r.xadd(key, {"event": "end"}, id="2-1"), "2-1")
    same(r.xlen(key), 2)
    same(r.xrange(key), [("1-1", {"event": "start"}), ("2-1", {"event": "end"})])
    same(r.xrevrange(key, count=1), [("2-1", {"event": "end"})])
    same(entries(r.xread({key: "1-1"})), [("2-1", {"event": "end"})])
    same(r.xgroup_create(key, "workers", id="0"), True)
    same(entries(r.xreadgroup("workers", "w1", {key: ">"}, count=1)), [("1-1", {"event": "start"})])
    same(entries(r.xreadgroup("workers", "w2", {key: ">"})), [("2-1", {"event": "end"})])
    same(r.xpending(key, "workers")["pending"], 2)
    same([each["message_id"] for each in r.xpending_range(key, "workers", "-", "+", 10)], ["1-1", "2-1"])
    same(r.xclaim(key, "workers", "w1", 0, ["2-1"]), [("2-1", {"event": "end"})])
    same(r.xautoclaim(key, "workers", "w3", 0, count=1)[0], "2-1")
    same(r.xack(key, "workers", "1-1"), 1)
    same(r.xinfo_stream(key)["length"], 2)
    same(r.xinfo_groups(key)[0]["pending"], 1)
    same({each["name"] for each in r.xinfo_consumers(key, "workers")}, {"w1", "w2", "w3"})
    same(r.xdel(key, "1-1"), 1)
    same(r.xtrim(key, maxlen=0, approximate=False), 1)
    same(r.xgroup_destroy(key, "workers"), 1)


def entries(read):
    """Of the only stream in a reply of XREAD, in the forms of both protocols."""
    if isinstance(read, dict):
        return [tuple(each) for batch in next(iter(read.values())) for each in batch]
    return [tuple(each) for each in read[0][1]]


def messages(way):
    subscriber = way.redis.pubsub(ignore_subscribe_messages=True)
    subscriber.subscribe(way.key("news"))
    subscriber.psubscribe(way.key("ev*"))
    await_true(lambda: way.other.pubsub_numsub(way.key("news")) == [(way.key("news"), 1)], subscriber)
    same(way.other.publish(way.key("news"), "hello"), 1)
    same(next_message(subscriber), ("message", way.key("news"), "hello"))
    same(way.other.publish(way.key("event"), "e1"), 1)
    same(next_message(subscriber), ("pmessage", way.key("event"), "e1"))
    subscriber.close()


def await_true(condition, subscriber):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("a subscription is not known after a long time")
        subscriber.get_message(timeout=0.02)


def next_message(subscriber):
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        message = subscriber.get_message(timeout=1)
        if message is not None:
            return message["type"], message["channel"], message["data"]
    raise AssertionError("no message came")


def sharded_messages(way):
    """redis-py of today has no words for these: they are sent as they are."""
    connection = way.redis.connection_pool.get_connection("SSUBSCRIBE")
    connection.send_command("SSUBSCRIBE", way.key("shard"))
    same(connection.read_response(), ["ssubscribe", way.key("shard"), 1])
    same(way.other.execute_command("SPUBLISH", way.key("shard"), "m"), 1)
    same(connection.read_response(), ["smessage", way.key("shard"), "m"])
    connection.disconnect()


def transactions(way):
    r = way.redis
    with r.pipeline(transaction=True) as pipe:
        pipe.watch(way.key("balance"))
        pipe.multi()
        pipe.incrby(way.key("balance"), 5)
        pipe.rpush(way.key("history"), "+5")
        same(pipe.execute(), [5, 1])
    with r.pipeline(transaction=True) as pipe:
        pipe.watch(way.key("balance"))
        same(way.other.incrby(way.key("balance"), 1), 6)
        pipe.multi()
        pipe.set(way.key("balance"), "100")
        try:
            pipe.execute()
            raise AssertionError("a watched key changed, and EXEC ran")
        except redis.WatchError:
            same(r.get(way.key("balance")), "6")
    with r.pipeline(transaction=True) as pipe:
        pipe.incr(way.key("history"))
        pipe.incr(way.key("balance"))
        wrong, right = pipe.execute(raise_on_error=False)
        same(str(wrong).startswith(("WRONGTYPE", "Command # 1")), True)
        same(right, 7)


def blocking(way):
    same(waiting(way, lambda: way.redis.blpop([way.key("q"), way.key("p")], timeout=DEADLINE_S),
                 lambda: way.other.rpush(way.key("p"), "job")), [way.key("p"), "job"])
    same(waiting(way, lambda: way.redis.brpoplpush(way.key("q"), way.key("done"), timeout=DEADLINE_S),
                 lambda: way.other.lpush(way.key("q"), "moved")), "moved")
    same(waiting(way, lambda: way.redis.bzpopmin(way.key("z"), timeout=DEADLINE_S),
                 lambda: way.other.zadd(way.key("z"), {"m": 1.5})), [way.key("z"), "m", 1.5])
    read = waiting(way, lambda: way.redis.xread({way.key("x"): "0"}, block=DEADLINE_S * 1000),
                   lambda: way.other.xadd(way.key("x"), {"k": "v"}, id="5-0"))
    same(entries(read), [("5-0", {"k": "v"})])
    same(way.redis.blpop(way.key("q"), timeout=0.05), None)


def waiting(way, wait, wake):
    """What a call gives that waits until another client has done something."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(wait()), daemon=True)
    before = blocked(way)
    thread.start()
    deadline = time.monotonic() + DEADLINE_S
    while blocked(way) == before and time.monotonic() < deadline:
        time.sleep(0.005)
    wake()
    thread.join(DEADLINE_S)
    answer = answers[0]
    return list(answer) if isinstance(answer, tuple) else answer


def blocked(way):
    clients = redis.Redis(**{**way.options, "port": way.redis.connection_pool.connection_kwargs["port"]})
    try:
        return clients.info("clients")["blocked_clients"]
    finally:
        clients.close()


def keys(way):
    r = way.redis
    r.mset({way.key(f"k{i}"): str(i) for i in range(20)})
    found = set(r.scan_iter(match=way.tag.replace("{", "\\{") + ":*", count=100))
    same(found, {way.key(f"k{i}") for i in range(20)})
    same(r.exists(way.key("k1"), way.key("k2"), way.key("none")), 2)
    same(r.type(way.key("k1")), "string")
    same(r.rename(way.key("k1"), way.key("r")), True)
    same(r.renamenx(way.key("k2"), way.key("k3")), False)
    same(r.copy(way.key("r"), way.key("c")), True)
    same(r.get(way.key("c")), "1")
    dump = way.bytes.dump(way.key("c"))
    same(way.bytes.restore(way.key("restored"), 0, dump), b"OK")
    same(r.get(way.key("restored")), "1")
    same(r.object("encoding", way.key("c")), "int")
    same(r.touch(way.key("c"), way.key("none")), 1)
    same(r.unlink(way.key("c"), way.key("none")), 1)
    same(r.delete(way.key("r"), way.key("k5")), 2)
    same(r.randomkey() is not None, True)
    same(r.dbsize() > 0, True)


def expiry(way):
    r, key = way.redis, way.key("e")
    r.set(key, "v", ex=100)
    same(99 <= r.ttl(key) <= 100, True)
    same(r.persist(key), True)
    same(r.ttl(key), -1)
    same(r.pexpire(key, 50_000), True)
    same(49_000 < r.pttl(key) <= 50_000, True)
    same(r.expireat(key, 4_000_000_000), True)
    same(r.execute_command("EXPIRETIME", key), 4_000_000_000)
    same(r.getex(key, px=1), "v")
    deadline = time.monotonic() + DEADLINE_S
    while r.exists(key) and time.monotonic() < deadline:
        time.sleep(0.005)
    same(r.get(key), None)
    same(r.ttl(key), -2)


def scripts(way):
    r = way.redis
    try:
        r.eval("return 1", 0)
    except redis.ResponseError as error:
        if "not served" not in str(error):
            raise
        print(f"scripts are left out: {error}")
        return
    body = "redis.call('SET', KEYS[1], ARGV[1]); return {redis.call('GET', KEYS[1]), 7}"
    same(r.eval(body, 1, way.key("s"), "by script"), ["by script", 7])
    same(r.get(way.key("s")), "by script")
    script = r.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    same(script(keys=[way.key("n")], args=[5]), 5)
    same(script(keys=[way.key("n")], args=[5]), 10)
    refused(lambda: r.eval("return redis.error_reply('MINE told so')", 0), "MINE told so")
    library = "#!lua name=families\nredis.register_function('families_get', function(keys) " \
              "return redis.call('GET', keys[1]) end)"
    try:
        r.execute_command("FUNCTION", "LOAD", "REPLACE", library)
    except redis.ResponseError as error:
        if "not served" not in str(error):
            raise
        print(f"functions are left out: {error}")
        return
    same(r.execute_command("FCALL", "families_get", 1, way.key("s")), "by script")


FAMILIES = (strings, bits, hyper_log_logs, hashes, lists, sets, sorted_sets, places, streams, messages,
            sharded_messages, transactions, blocking, keys, expiry, scripts)


def main(database, ports):
    protocols = (2, 3) if int(redis.__version__.split(".")[0]) >= 5 else (2,)
    for protocol in protocols:
        for place, port in enumerate(ports):
            for family in FAMILIES:
                way = Way(family.__name__, database, port, ports[(place + 1) % len(ports)], protocol)
                try:
                    family(way)
                except Exception:
                    print(f"{family.__name__} through port {port}, protocol {protocol}:", file=sys.stderr)
                    raise
                finally:
                    way.close()
    print(f"redis-py {redis.__version__}: {len(FAMILIES)} families through {len(ports)} ports, {checks} checks")


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(port) for port in sys.argv[2:]])
