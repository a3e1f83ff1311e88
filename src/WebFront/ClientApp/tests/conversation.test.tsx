import { render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import type { ReactElement } from 'react';
import { ConversationDetails } from '@/components/ConversationDetails';
import { signedOut } from '@/lib/redux/actions';
import { isAdminOf } from '@/lib/redux/selectors';
import { store } from '@/lib/redux/store';
import { conversation } from './people';

const show = (element: ReactElement) => render(<Provider store={store}>{element}</Provider>);

beforeEach(() => void store.dispatch(signedOut()));

describe('a direct conversation', () => {
  const direct = conversation({ kind: 'direct', title: null });

  it('has no admin, whoever began it', () => {
    expect(isAdminOf(conversation(), 'ada')).toBe(true);
    expect(isAdminOf(conversation(), 'grace')).toBe(false);
    expect(isAdminOf(direct, 'ada')).toBe(false);
  });

  it('shows no roles', () => {
    show(<ConversationDetails conversation={direct} me="ada" onClose={vi.fn()} />);
    expect(screen.getByText('Ada (you)')).toBeInTheDocument();
    expect(screen.queryByText('owner')).toBeNull();
  });
});
