local t={} for i=1,1e9 do t[i]=string.gmatch(string.rep('x',1e6),'a') end
local t={} for i=1,1e9 do t[i]=coroutine.wrap(function() local s=string.rep('x',1e6) coroutine.yield(s) end) t[i]() end
local t={} for i=1,1e9 do t[i]=coroutine.create(function() end) end
for i=1,1e9 do local c=coroutine.wrap(function() coroutine.yield(1) end) c() end
local function f() return coroutine.wrap(function() return f() end)() end return f()
return string.format(string.rep('%99d',100000),unpack({}))
local t={} for i=1,7000 do t[i]=i end return string.format(string.rep('%99.99f',7000),unpack(t))
return table.concat({},'x',1,2^31-1)
local t=setmetatable({},{__index=function() return string.rep('x',1000) end}) local u={} for i=1,1e5 do u[i]=t[i] end return table.concat(u)..table.concat(u)
return cjson.decode(string.rep('[',1e6))
return cjson.decode('['..string.rep('1,',3e6)..'1]')
local t={} t[1]=t return cjson.encode(t)
cjson.encode_max_depth(1e6) local t={} for i=1,1e5 do t={t} end return cjson.encode(t)
cjson.decode_max_depth(1e6) return cjson.decode(string.rep('[',1e6))
return cmsgpack.unpack(string.rep('\145',1e6))
return cmsgpack.unpack('\221\255\255\255\255')
local s=string.rep('\192',2e6) local n=0 for i=1,100 do n=n+select('#',pcall(cmsgpack.unpack,s)) end return n
return struct.pack(string.rep('d',1e5),1)
return struct.unpack(string.rep('c0',10),'abc')
local f=loadstring('return '..string.rep('(',190)..'1'..string.rep(')',190)) return f()
return loadstring('return '..string.rep('{',1e5))
return loadstring(string.rep('x=1 ',1e6))
return loadstring('return '..string.rep('a..',1e5)..'a')
return loadstring('return '..string.rep('-',1e5)..'1')
return loadstring('local a='..string.rep('1+',2e5)..'1 return a')()
local t={} for i=1,1e6 do t[i]=math.random() end while true do table.sort(t,function(a,b) return true end) end
local t={} for i=1,1e5 do t[i]=i end table.sort(t,function(a,b) while true do end end)
return string.rep('a',1e6):find(string.rep('a?',1000)..string.rep('a',1000))
return string.rep('a',30):match('(a*)*b')
return string.rep('x',1e6):gsub('.',function(c) return string.rep(c,1e5) end)
return string.rep('x',1e6):gsub('x','%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0')
local s='' for i=1,1e9 do s=s..'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' end
local t={} while true do t={t,t,t} end
local t={} for i=1,1e9 do t['k'..i]=true end
local t=setmetatable({},{}) getmetatable(t).__index=t return t.x
local t=setmetatable({},{__tostring=function(s) return tostring(s) end}) return tostring(t)
local t t=setmetatable({},{__concat=function(a,b) return a..b end}) return t..'x'
local t t=setmetatable({},{__eq=function(a,b) return a==b end}) return t==setmetatable({},getmetatable(t))
local function f(...) return f(1,...) end return f()
local function f(n) local ok,e=pcall(f,n+1) return e end return f(1)
local function f(n) return xpcall(function() return f(n+1) end,function(e) return e end) end return f(1)
local t={} for i=1,200 do t[i]=('x'):rep(1e5) end return t
local t={} for i=1,6e5 do t[i]=i end return t
return select(-1,unpack({},1,7990))
while true do local s=string.rep('a',1e6) s:upper() end
while true do string.rep('',2^31-1) end
return tonumber(string.rep('9',1e7))
while true do tonumber(string.rep('9',4000)) end
return string.rep('\0',1e7)..1
for i=1,1e9 do tostring({}) end
while true do redis.sha1hex(string.rep('x',1e6)) end
while true do pcall(redis.call,'x') end
return load(function() return 'x=1 ' end)
return load(function() while true do end end)
local t={} for i=1,300 do t[i]='local a'..i..'=1' end return loadstring(table.concat(t,' '))
for i=1,1e9 do string.format('%s',string.rep('y',1000)) end
local t={} for i=1,1e7 do t[-i]=i end
local t={} for i=1,1e5 do table.insert(t,1,i) end return #t
local t={} for i=1,2^24 do t[i*2]=1 end
local t={} t[2^26]=1 for i=1,100 do t[2^i]=i end return #t
string.char(unpack({},1,7000))
return table.maxn(setmetatable({},{}))
local a={} for i=1,1e9 do a=setmetatable({},{__index=a}) end return a.x
local a={} for i=1,3e5 do a=setmetatable({},{__index=a}) end return a.x
