// The official JavaScript SignalR client in Node. Prints every frame as a line of JSON; reads commands, one a line:
// {"send":[conversation, text, client_message_id]}.
import { createInterface } from 'node:readline';
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

const [, , server, token, protocol] = process.argv;
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const builder = new HubConnectionBuilder()
  .withUrl(`${server}/hubs/chat`, { accessTokenFactory: () => token })
  .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 200 })
  .configureLogging(LogLevel.None);
if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
const connection = builder.build();

let epoch;
let cursor = 0;
let resuming = false;
connection.on('events', (frames) => {
  for (const frame of frames) {
    print(frame);
    // Between a reconnection and the answer to resume, positions are those of a device that begins anew.
    if (resuming && !(frame.event_type === 'hello' && frame.resumed)) continue;
    if (frame.event_type === 'hello') ({ epoch, cursor } = frame);
    else if (frame.cursor !== undefined && frame.event_type !== 'pong') cursor = frame.cursor;
  }
});
connection.onreconnecting(() => { resuming = true; });
connection.onreconnected(async () => {
  const hello = await connection.invoke('Resume', cursor, epoch);
  if (resuming) ({ epoch, cursor } = hello);
  resuming = false;
  for (const { id } of hello.snapshot?.conversations ?? []) {
    const history = await fetch(`${server}/api/conversations/${id}/messages`, { headers: { authorization: `Bearer ${token}` } });
    for (const message of await history.json()) print({ event_type: 'new_message', ...message });
  }
  print({ event_type: 'test_resumed', resumed: hello.resumed });
});

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { send } = JSON.parse(line);
  try {
    print({ event_type: 'test_sent', message: await connection.invoke('SendMessage', ...send, null) });
  } catch (failure) {
    print({ event_type: 'test_failed', message: String(failure) });
  }
}).on('close', () => process.exit(0));

await connection.start();
