import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { NewConversationDialog } from '@/components/NewConversationDialog';
import { peopleOf } from '@/lib/newConversation';
import { signedOut } from '@/lib/redux/actions';
import { store } from '@/lib/redux/store';
import { until } from './until';

it.each([
  ['Grace Hopper', ['grace.hopper']],
  ['grace, linus;  Ada Lovelace', ['grace', 'linus', 'ada.lovelace']],
  ['grace,, Grace ,', ['grace']],
  [' 李 ', []],
])('%s names %j', (text, ids) => {
  expect(peopleOf(text)).toEqual(ids);
});

describe('a new conversation', () => {
  beforeEach(() => {
    store.dispatch(signedOut());
    render(<Provider store={store}><NewConversationDialog me="ada" onClose={vi.fn()} /></Provider>);
  });

  const name = (people: string) => userEvent.type(screen.getByLabelText('With'), people);
  const start = () => screen.getByRole('button', { name: 'Start' });

  it('says whom it reaches', async () => {
    await name('Grace Hopper');
    expect(screen.getByLabelText('With')).toHaveAccessibleDescription('You reach grace.hopper');
    expect(start()).toBeEnabled();
  });

  it.each([
    ['Ada', 'You are in it anyway: name somebody else.'],
    ['grace, linus', 'A direct conversation is with one person; for several there is a group.'],
    ['李', 'Names or ids: letters, digits and . _ - @'],
  ])('says why it can’t be had with %s', async (people, reason) => {
    await name(people);
    expect(screen.getByLabelText('With')).toHaveAccessibleDescription(reason);
    expect(start()).toBeDisabled();
  });

  it('of several people can be had as a group', async () => {
    await name('grace, linus');
    await userEvent.click(screen.getByLabelText(/^Group/u));
    expect(screen.getByText('grace, linus')).toBeInTheDocument();
    expect(start()).toBeEnabled();
  });

  it('is the same one for a second try, and another once other people, a title or a kind are asked for', async () => {
    const ids: unknown[] = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
      ids.push(((await (request as Request).json()) as { client_request_id: unknown }).client_request_id);
      throw new TypeError('The answer was lost.');
    });
    const tryOnce = async () => {
      const count = ids.length;
      await userEvent.click(start());
      await until(() => expect(ids).toHaveLength(count + 1));
      await until(() => expect(start()).toBeEnabled());
    };
    await userEvent.click(screen.getByLabelText(/^Group/u));
    const people = screen.getByLabelText('With whom');
    await userEvent.type(people, 'grace');
    await tryOnce();
    await tryOnce();
    expect(ids[1]).toBe(ids[0]);
    await userEvent.type(people, ', linus');
    await tryOnce();
    await userEvent.type(screen.getByLabelText('Title'), 'lounge');
    await tryOnce();
    await userEvent.click(screen.getByLabelText(/^Support/u));
    await tryOnce();
    await userEvent.click(screen.getByLabelText(/^I am the customer/u));
    await tryOnce();
    expect(new Set(ids).size).toBe(5);
  });
});
