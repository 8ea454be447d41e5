package io.pika.node.server;

import io.pika.proxy.protocol.Reply;

/** What ACL, CLIENT, CONFIG, FUNCTION, SLOWLOG, COMMAND and PUBSUB HELP say: Redis's own words, without what is not served. */
final class HelpTexts {
  static final Reply FUNCTION = lines(
      """
          FUNCTION <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
          LOAD [REPLACE] <FUNCTION CODE>
              Create a new library with the given library name and code.
          DELETE <LIBRARY NAME>
              Delete the given library.
          LIST [LIBRARYNAME PATTERN] [WITHCODE]
              Return general information on all the libraries:
              * Library name
              * The engine used to run the Library
              * Library description
              * Functions list
              * Library code (if WITHCODE is given)
              It also possible to get only function that matches a pattern using LIBRARYNAME argument.
          STATS
              Return information about the current function running:
              * Function name
              * Command used to run the function
              * Duration in MS that the function is running
              If no function is running, return nil
              In addition, returns a list of available engines.
          KILL
              Kill the current running function.
          FLUSH [ASYNC|SYNC]
              Delete all the libraries.
              When called without the optional mode argument, the behavior is determined by the
              lazyfree-lazy-user-flush configuration directive. Valid modes are:
              * ASYNC: Asynchronously flush the libraries.
              * SYNC: Synchronously flush the libraries.
          DUMP
              Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command
          RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]
              Restore the libraries represented by the given payload, it is possible to give a restore policy to
              control how to handle existing libraries (default APPEND):
              * FLUSH: delete all existing libraries.
              * APPEND: appends the restored libraries to the existing libraries. On collision, abort.
              * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old
                libraries with the new libraries (notice that even on this option there is a chance of failure
                in case of functions name collision with another library).
          HELP
              Prints this help.
          """);
  static final Reply CLIENT = lines("""
      CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
      CACHING (YES|NO)
          Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.
      GETREDIR
          Return the client ID we are redirecting to when tracking is enabled.
      GETNAME
          Return the name of the current connection.
      ID
          Return the ID of the current connection.
      INFO
          Return information about the current client connection.
      KILL <ip:port>
          Kill connection made from <ip:port>.
      KILL <option> <value> [<option> <value> [...]]
          Kill connections. Options are:
          * ADDR (<ip:port>|<unixsocket>:0)
            Kill connections made from the specified address
          * LADDR (<ip:port>|<unixsocket>:0)
            Kill connections made to specified local address
          * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
            Kill connections by type.
          * USER <username>
            Kill connections authenticated by <username>.
          * SKIPME (YES|NO)
            Skip killing current connection (default: yes).
      LIST [options ...]
          Return information about client connections. Options:
          * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
            Return clients of specified type.
      UNPAUSE
          Stop the current client pause, resuming traffic.
      PAUSE <timeout> [WRITE|ALL]
          Suspend all, or just write, clients for <timeout> milliseconds.
      REPLY (ON|OFF|SKIP)
          Control the replies sent to the current connection.
      SETNAME <name>
          Assign the name <name> to the current connection.
      UNBLOCK <clientid> [TIMEOUT|ERROR]
          Unblock the specified blocked client.
      TRACKINGINFO
          Report tracking status for the current connection.
      NO-EVICT (ON|OFF)
          Protect current client connection from eviction.
      HELP
          Prints this help.
      """);

  static final Reply CONFIG = lines("""
      CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
      GET <pattern>
          Return parameters matching the glob-like <pattern> and their values.
      SET <directive> <value>
          Set the configuration <directive> to <value>.
      RESETSTAT
          Reset statistics reported by the INFO command.
      HELP
          Prints this help.
      """);

  static final Reply SLOWLOG = lines("""
      SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
      GET [<count>]
          Return top <count> entries from the slowlog (default: 10, -1 mean all).
          Entries are made of:
          id, timestamp, time in microseconds, arguments array, client IP and port,
          client name
      LEN
          Return the length of the slowlog.
      RESET
          Reset the slowlog.
      HELP
          Prints this help.
      """);

  static final Reply COMMAND = lines("""
      COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
      (no subcommand)
          Return details about all Redis commands.
      COUNT
          Return the total number of commands in this Redis server.
      LIST
          Return a list of all commands in this Redis server.
      INFO [<command-name> ...]
          Return details about multiple Redis commands.
          If no command names are given, documentation details for all
          commands are returned.
      DOCS [<command-name> ...]
          Return documentation details about multiple Redis commands.
          If no command names are given, documentation details for all
          commands are returned.
      GETKEYS <full-command>
          Return the keys from a full Redis command.
      GETKEYSANDFLAGS <full-command>
          Return the keys and the access flags from a full Redis command.
      HELP
          Prints this help.
      """);

  static final Reply ACL = lines("""
      ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
      CAT [<category>]
          List all commands that belong to <category>, or all command categories
          when no category is specified.
      DELUSER <username> [<username> ...]
          Delete a list of users.
      DRYRUN <username> <command> [<arg> ...]
          Returns whether the user can execute the given command without executing the command.
      GETUSER <username>
          Get the user's details.
      GENPASS [<bits>]
          Generate a secure 256-bit user password. The optional `bits` argument can
          be used to specify a different size.
      LIST
          Show users details in config file format.
      LOG [<count> | RESET]
          Show the ACL log entries.
      SETUSER <username> <attribute> [<attribute> ...]
          Create or modify a user with the specified attributes.
      USERS
          List all the registered usernames.
      WHOAMI
          Return the current connection username.
      HELP
          Prints this help.
      """);

  static final Reply PUBSUB = lines("""
      PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
      CHANNELS [<pattern>]
          Return the currently active channels matching a <pattern> (default: '*').
      NUMPAT
          Return number of subscriptions to patterns.
      NUMSUB [<channel> ...]
          Return the number of subscribers for the specified channels, excluding
          pattern subscriptions(default: no channels).
      SHARDCHANNELS [<pattern>]
          Return the currently active shard level channels matching a <pattern> (default: '*').
      SHARDNUMSUB [<shardchannel> ...]
          Return the number of subscribers for the specified shard level channel(s)
      HELP
          Prints this help.
      """);

  private HelpTexts() {}

  private static Reply lines(String text) {
    return Reply.array(text.lines().map(Reply::simple).toList());
  }
}
