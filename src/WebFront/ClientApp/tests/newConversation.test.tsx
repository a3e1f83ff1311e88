import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { NewConversationDialog } from '@/components/NewConversationDialog';
import { peopleOf } from '@/lib/newConversation';
import { signedOut } from '@/lib/redux/actions';
import { store } from '@/lib/redux/store';

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
});
