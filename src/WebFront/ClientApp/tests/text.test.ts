import { describe, expect, it } from 'vitest';
import { isOnlyEmoji, linkify } from '@/lib/messages/linkify';
import { notificationOfMessage, notificationText, notificationTitle, preview } from '@/lib/notifications/format';
import { dayName, listTime } from '@/lib/time';
import { uuidv7 } from '@/lib/uuid';
import { newMessage, notification } from './people';

const links = (text: string) => linkify(text).filter((part) => part.kind === 'link').map((part) => part.text);

describe('links', () => {
  it.each([
    ['See https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
    ['(https://example.org/x_(y))', ['https://example.org/x_(y)']],
    ['www.example.org, please', ['www.example.org']],
    ['看https://example.org/路径。', ['https://example.org/路径']],
    ['javascript:alert(1) data:text/html,x file:///etc', []],
    ['<a href="https://example.org">x</a>', ['https://example.org']],
    ['http://', []],
  ])('in %s', (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it('leave every character of the text', () => {
    const text = 'a https://example.org/b, <script>alert(1)</script> www.example.org! ';
    expect(linkify(text).map((part) => part.text).join('')).toBe(text);
  });

  it('are quick on hostile text', () => {
    const start = performance.now();
    linkify('www.'.repeat(2_000));
    linkify(`https://${'('.repeat(7_000)}`);
    linkify(`https://${')'.repeat(7_000)}`);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('emoji', () => {
  it.each([['🎉', true], ['👩‍👩‍👧‍👦👍🏽', true], ['🇫🇷', true], ['ok 🎉', false], ['12', false], ['🎉'.repeat(7), false], [' ', false]])(
    '%s alone: %s',
    (text, expected) => expect(isOnlyEmoji(text)).toBe(expected),
  );
});

describe('notifications', () => {
  const grace = { sender: 'Grace', isOwn: false, isKnown: true, group: undefined };

  it('are named after who wrote', () => {
    expect(notificationTitle(notification('n1'), grace)).toBe('New message from Grace');
    expect(notificationTitle(notification('n1'), { ...grace, group: 'lounge' })).toBe('New message from Grace in lounge');
    expect(notificationTitle(notification('n2', { type: 'system_alert', title: 'Maintenance' }), grace)).toBe('Maintenance');
  });

  // Begun with a mark, without which a name in Arabic turned the whole sentence round.
  it('of a new conversation say who began it, and what it is called', () => {
    const begun = notification('n1', { type: 'new_conversation', content: 'grace started a conversation with you.' });
    expect(notificationText(begun, grace)).toBe('\u200EGrace started a conversation with you.');
    expect(notificationText(begun, { ...grace, group: 'lounge' })).toBe('\u200EGrace added you to “lounge”.');
    expect(notificationText(begun, { ...grace, isOwn: true, group: 'lounge' })).toBe('You started “lounge”.');
    expect(notificationText(begun, { ...grace, isKnown: false })).toBe(begun.content);
  });

  it('come from a message only where the server made one', () => {
    expect(notificationOfMessage(newMessage(1))).toMatchObject({ id: 'msg-msg_1', type: 'new_message', read: false });
    expect(notificationOfMessage(newMessage(1, { notification_id: null }))).toBeNull();
  });

  it('preview a long text on one line without cutting a character', () => {
    const long = preview(`a\n b ${'👍🏽'.repeat(200)}`);
    expect(long.startsWith('a b ')).toBe(true);
    expect([...long]).toHaveLength(140);
    expect(long.isWellFormed()).toBe(true);
  });
});

describe('times', () => {
  const now = new Date(2026, 0, 9, 12, 0);
  it('are as short as they can be', () => {
    expect(dayName(new Date(2026, 0, 9, 1).toISOString(), now)).toBe('Today');
    expect(dayName(new Date(2026, 0, 8, 23, 59).toISOString(), now)).toBe('Yesterday');
    expect(dayName(new Date(2026, 0, 5).toISOString(), now)).toBe('Monday');
    expect(dayName(new Date(2025, 6, 1).toISOString(), now)).toContain('2025');
    expect(listTime(new Date(2026, 0, 8).toISOString(), now)).toBe('Yesterday');
  });
});

describe('uuidv7', () => {
  it('sorts in the order of making, also within one millisecond and when the clock goes back', () => {
    const ids = [1_000, 1_000, 1_000, 2_000, 1_500, 2_001].map((moment) => uuidv7(moment + Date.now()));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});
