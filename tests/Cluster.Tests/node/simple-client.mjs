// A client that knows nothing but a WebSocket with a user id in its address, and flat events. It has no token, sends no frame,
// ignores what it does not know, and after a close connects again three seconds later. Messages it sends and reads by REST.
// Prints what it would dispatch, a line of JSON each; reads commands, one a line: {"send":[conversation, text]},
// {"history":conversation}.
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const [, , host, userId] = process.argv;
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

class WebSocketManager {
  socket = null;

  connect(user) {
    if (this.socket) return;
    this.socket = new WebSocket(`ws://${host}/ws/notifications/?user_id=${user}`);
    this.socket.onopen = () => print({ connected: true });
    this.socket.onmessage = (event) => this.handleEvent(JSON.parse(event.data));
    this.socket.onerror = () => {};
    this.socket.onclose = () => {
      this.socket = null;
      setTimeout(() => this.connect(user), 3000);
    };
  }

  handleEvent(data) {
    switch (data.event_type) {
      case 'new_message':
        print({ addMessage: { id: data.id, conversation_id: data.conversation_id, text: data.text, sender: data.sender, timestamp: data.timestamp, meta: data.meta } });
        break;
      case 'new_conversation':
      case 'system_alert':
        print({ addNotification: { id: data.id, type: data.type, title: data.title, content: data.content, meta: data.meta, timestamp: data.timestamp, read: data.read } });
        break;
    }
  }
}

const messagesOf = (conversation) => `http://${host}/api/conversations/${conversation}/messages?user_id=${userId}`;

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { send, history } = JSON.parse(line);
  if (send) {
    const [conversation, text] = send;
    const answer = await fetch(messagesOf(conversation), {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }),
    });
    print({ sent: answer.status });
  } else {
    print({ history: await (await fetch(messagesOf(history))).json() });
  }
}).on('close', () => process.exit(0));

new WebSocketManager().connect(userId);
