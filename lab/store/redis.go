package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Redis is a Redis or Valkey server, for all of the spaces of a process.
//
// A row is a hash under authlab:{space}:key with the fields bytes and expires; a
// tombstone is one with the fields expires and gone. The sorted set
// authlab:{space} knows the keys of the space, each with its place in the order
// of first writing. The braces make a cluster keep a space in one slot, so that a
// transaction may touch all of it.
//
// # Time to live
//
// The server cannot follow a clock that somebody moves. So it is not the server
// that judges expiry: every key is given a time to live of what is left of the
// row by the given clock when it is written, or of an hour if that is longer, and
// a day more. It goes by the server's own time, does not get shorter when the
// given clock is moved, and is there so that a process that dies leaves nothing
// for ever: what writes a key and what gives it an end are one transaction. A row that has no end, or one that is further away than 30 days, is
// taken to have 30 days left.
type Redis struct {
	client  *redis.Client
	address string
	version string
}

// What the time to live of a key is made of.
const (
	atLeast = time.Hour
	atMost  = 30 * 24 * time.Hour
	slack   = 24 * time.Hour
)

// OpenRedis connects to a server that is named as redis://host:6379/0 or
// valkey://host:6379/0 (rediss and valkeys: over TLS), or as unix:///path for its
// socket, with user:password@ before the host or the path where it asks for that,
// and asks it who it is. It wants Redis 7 or any Valkey. Its error names the
// address without the password.
func OpenRedis(ctx context.Context, url string) (*Redis, error) {
	options, err := redisOptions(url)
	if err != nil {
		return nil, err
	}
	logging.Disable() // what goes wrong is returned; whoever asked says so once
	r := &Redis{client: redis.NewClient(options), address: redisAddress(options)}
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	if err := r.greet(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", r, err), r.Close())
	}
	return r, nil
}

// redisOptions never repeats in its error what it was given: a part of an address
// that cannot be read may be a password.
func redisOptions(url string) (*redis.Options, error) {
	if rest, ok := strings.CutPrefix(url, "valkey"); ok {
		url = "redis" + rest
	}
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("open Redis: its address must read like redis://localhost:6379/0, valkey://user:password@localhost:6379/0 or unix:///run/redis.sock")
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = Patience, Patience, Patience, Patience
	o.ContextTimeoutEnabled = true
	// Whoever asks is told at once that the server is away. To repeat what may have
	// been done already is not for a library to decide.
	o.MaxRetries, o.DialerRetries = -1, 1
	// Only a hosted server knows these notices.
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o, nil
}

func redisAddress(o *redis.Options) string {
	if o.Network == "unix" {
		return o.Addr
	}
	return o.Addr + "/" + strconv.Itoa(o.DB)
}

// greet asks the server whether it is there, who it is and whether it is new
// enough: PEXPIRE has an option GT since Redis 7.0.
func (r *Redis) greet(ctx context.Context) error {
	if err := r.client.Ping(ctx).Err(); err != nil {
		return err
	}
	info, err := r.client.Info(ctx, "server").Result()
	if err != nil {
		return fmt.Errorf("ask for its version: %w", err)
	}
	r.version = versionIn(info)
	return newEnough(r.version)
}

func newEnough(version string) error {
	var major int
	if n, _ := fmt.Sscanf(version, "Redis %d.", &major); n == 1 && major < 7 {
		return fmt.Errorf("it is %s; the lab needs Redis 7.0 or Valkey", version)
	}
	return nil
}

// versionIn finds a server's name and version in its answer to INFO. Valkey gives
// the version of the Redis that it is compatible with too.
func versionIn(info string) string {
	fields := map[string]string{}
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		fields[name] = value
	}
	if v := fields["valkey_version"]; v != "" {
		return "Valkey " + v
	}
	return "Redis " + fields["redis_version"]
}

// Space returns the store of the space of that name, which judges expiry by now.
func (r *Redis) Space(name string, now func() time.Time) Store {
	return &space{table: redisTable{r, "authlab:{" + inBraces.Replace(name) + "}", now}, now: now}
}

// inBraces writes a name so that it ends where the brace ends.
var inBraces = strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D")

// Version is the server's name and version, for example "Redis 7.0.15" or
// "Valkey 8.1.1".
func (r *Redis) Version() string { return r.version }

// String names the server for errors, without its password.
func (r *Redis) String() string {
	name, _, _ := strings.Cut(r.version, " ")
	if name == "" {
		name = "Redis"
	}
	return name + " at " + r.address
}

// Close ends the connections to the server. Its stores fail from then on.
func (r *Redis) Close() error { return r.client.Close() }
