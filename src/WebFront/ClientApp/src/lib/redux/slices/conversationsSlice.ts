import { createEntityAdapter, createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { isNewer } from '@/lib/messages/merge';
import { eventsReceived, lastSeenRestored, signedOut } from '@/lib/redux/actions';
import type { Conversation, Member, Message } from '@/types/conversation';
import type { BehindEvent, ChatEvent, NewMessageEvent } from '@/types/events';

const adapter = createEntityAdapter<Conversation>();

const initialState = adapter.getInitialState({
  /** False until the first answer, so that "no conversations" is never said too early. */
  loaded: false,
  /** True while the server has older ones than the list holds. */
  more: false,
  /** Where those begin, once a page has told; a snapshot begins the list anew, so its pages too. */
  next: null as string | null,
  /** Those that this person has left or was removed from while the page was open: asking for them is no use. */
  gone: {} as Record<string, 'left' | 'removed'>,
  /** Who has come or gone since the connection was made. What was before is not told again: answers know it better. */
  presence: {} as Record<string, boolean>,
});

interface ConversationsPage {
  conversations: Conversation[];
  /** Where this page began, and where the next older one does; null for the newest page, and after the oldest. */
  before: string | null;
  next: string | null;
}

export type ConversationsState = typeof initialState;

/**
 * The members with what this device knows better: marks never go back, and the server learns people's names when they connect
 * or write, which may be after it gave this; messages tell them too.
 */
function merged(members: readonly Member[], known: readonly Member[]): Member[] {
  const before = new Map(known.map((member) => [member.user_id, member]));
  return members.map((member) => {
    const { name, read_seq: readSeq = 0 } = before.get(member.user_id) ?? {};
    return { ...member, name: member.name || name, read_seq: Math.max(member.read_seq ?? 0, readSeq) };
  });
}

/** What an answer from before the last change says of these is older than what is known. */
function changedAfter({ title, meta, history, members, member_count, rev }: Conversation) {
  return { title, meta, history, members, member_count, rev };
}

function lastMessageOf(fresh: Conversation, known: Conversation): Message | null | undefined {
  const [one, other] = [fresh.last_message, known.last_message];
  if (fresh.last_seq !== known.last_seq || !one || one.id !== other?.id) return fresh.last_seq >= known.last_seq ? one : other;
  return isNewer(other, one) ? other : one;
}

/** Takes a conversation as the server gave it, keeping what this device already knows to be later. */
function put(state: ConversationsState, fresh: Conversation): void {
  const known = state.entities[fresh.id];
  if (!known) {
    adapter.setOne(state, fresh);
    return;
  }
  const last_seq = Math.max(fresh.last_seq, known.last_seq);
  adapter.setOne(state, {
    ...fresh,
    members: merged(fresh.members, known.members),
    ...(fresh.rev < known.rev && changedAfter(known)),
    last_seq,
    last_message: lastMessageOf(fresh, known),
    ...read({ last_seq }, Math.max(fresh.read_seq, known.read_seq)),
  });
}

/** An event says who is online at its time: of somebody who was not shared with for a while nothing was told. */
function putEvent(state: ConversationsState, fresh: Conversation): void {
  for (const member of fresh.members) delete state.presence[member.user_id];
  put(state, fresh);
}

/** An answer may have been overtaken by events; those say who is online since. */
function putAnswer(state: ConversationsState, fresh: Conversation): void {
  put(state, { ...fresh, members: fresh.members.map((member) => ({ ...member, online: state.presence[member.user_id] ?? member.online })) });
}

function read(conversation: Pick<Conversation, 'last_seq'>, readSeq: number): Pick<Conversation, 'read_seq' | 'unread'> {
  return { read_seq: readSeq, unread: Math.max(0, conversation.last_seq - readSeq) };
}

function moveReadMark(conversation: Conversation, userId: string, readSeq: number, me: string): void {
  if (userId === me && readSeq > conversation.read_seq) Object.assign(conversation, read(conversation, readSeq));
  const member = conversation.members.find((candidate) => candidate.user_id === userId);
  if (member) member.read_seq = Math.max(member.read_seq ?? 0, readSeq);
}

function addMessageTo(conversation: Conversation, event: NewMessageEvent, me: string): void {
  if (event.seq <= conversation.last_seq) return;
  conversation.last_seq = event.seq;
  conversation.last_message = event;
  const sender = conversation.members.find((member) => member.user_id === event.sender_id);
  if (sender && event.sender_name && sender.name !== event.sender_name) sender.name = event.sender_name;
  // Whoever writes has read up to there.
  moveReadMark(conversation, event.sender_id, event.seq, me);
  conversation.unread = Math.max(0, conversation.last_seq - conversation.read_seq);
}

function applyBehind(state: ConversationsState, { conversations }: BehindEvent): void {
  for (const [id, head] of Object.entries(conversations)) {
    const conversation = state.entities[id];
    if (!conversation) continue;
    conversation.last_seq = Math.max(conversation.last_seq, head.last_seq);
    conversation.unread = head.unread;
    conversation.read_seq = Math.max(conversation.read_seq, head.last_seq - head.unread);
  }
}

function replaceLastMessage(state: ConversationsState, message: Message): void {
  const conversation = state.entities[message.conversation_id];
  if (conversation?.last_message?.id === message.id) conversation.last_message = message;
}

function applyEvent(state: ConversationsState, event: ChatEvent, me: string): void {
  switch (event.event_type) {
    case 'hello':
      state.presence = {};
      if (event.resumed || !event.snapshot) return;
      adapter.setAll(state, event.snapshot.conversations);
      state.more = event.snapshot.more;
      state.next = null;
      state.loaded = true;
      return;
    case 'new_message': {
      const conversation = state.entities[event.conversation_id];
      if (conversation) addMessageTo(conversation, event, me);
      return;
    }
    case 'message_updated':
    case 'message_deleted':
      return replaceLastMessage(state, event);
    case 'new_conversation':
      delete state.gone[event.conversation.id];
      return putEvent(state, event.conversation);
    case 'conversation_updated':
      return putEvent(state, event.conversation);
    case 'conversation_removed':
      adapter.removeOne(state, event.conversation_id);
      state.gone[event.conversation_id] = event.reason;
      return;
    case 'conversation_read': {
      const conversation = state.entities[event.conversation_id];
      if (conversation) moveReadMark(conversation, event.user_id, event.read_seq, me);
      return;
    }
    case 'presence':
      state.presence[event.user_id] = event.online;
      for (const conversation of Object.values(state.entities)) {
        const member = conversation.members.find((candidate) => candidate.user_id === event.user_id);
        if (member && member.online !== event.online) member.online = event.online;
      }
      return;
    case 'behind':
      return applyBehind(state, event);
    case 'system_alert':
    case 'notification_added':
    case 'notification_read':
    case 'typing':
    case 'reply':
    case 'pong':
    case 'error':
    case 'batch':
      return;
    default:
      event satisfies never;
  }
}

const conversationsSlice = createSlice({
  name: 'conversations',
  initialState,
  reducers: {
    conversationLoaded: (state, { payload }: PayloadAction<Conversation>) => putAnswer(state, payload),
    conversationsLoaded: (state, { payload }: PayloadAction<ConversationsPage>) => {
      for (const conversation of payload.conversations) putAnswer(state, conversation);
      // A page that was asked for before a snapshot came tells nothing of the list's end now.
      if (payload.before !== state.next) return;
      state.next = payload.next;
      state.more = payload.next !== null;
      state.loaded = true;
    },
    conversationLeft: (state, { payload }: PayloadAction<string>) => {
      adapter.removeOne(state, payload);
      state.gone[payload] = 'left';
    },
    /** No longer this person's, as its refusal tells where the event that says why was lost. */
    conversationLost: (state, { payload }: PayloadAction<string>) => {
      adapter.removeOne(state, payload);
      state.gone[payload] = 'removed';
    },
    /** Read here; told to the server by an effect. */
    conversationRead: (state, { payload }: PayloadAction<{ conversationId: string; seq: number; me: string }>) => {
      const conversation = state.entities[payload.conversationId];
      if (conversation) moveReadMark(conversation, payload.me, Math.min(payload.seq, conversation.last_seq), payload.me);
    },
  },
  extraReducers: (builder) => {
    builder.addCase(eventsReceived, (state, { payload }) => {
      for (const event of payload.events) applyEvent(state, event, payload.me);
    });
    builder.addCase(lastSeenRestored, (state, { payload }) => {
      adapter.setAll(state, payload.conversations);
      state.loaded = true;
    });
    builder.addCase(signedOut, () => initialState);
  },
});

export const { conversationLoaded, conversationsLoaded, conversationLeft, conversationLost, conversationRead } = conversationsSlice.actions;
export default conversationsSlice.reducer;
