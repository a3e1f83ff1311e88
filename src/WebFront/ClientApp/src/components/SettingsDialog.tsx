import { useState } from 'react';
import { Dialog } from '@/components/Dialog';
import { askPermission, permission } from '@/lib/notifications/browserNotifications';
import { settingsChanged, type Settings } from '@/lib/redux/slices/settingsSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';

const switches: { key: keyof Settings; name: string; text: string }[] = [
  { key: 'sound', name: 'Sound', text: 'A soft tone for each new notification' },
  { key: 'doNotDisturb', name: 'Do not disturb', text: 'No pop-ups and no sound; the bell still counts' },
  { key: 'enterSends', name: 'Enter sends', text: 'When off, Ctrl+Enter sends and Enter starts a new line' },
];

const permissionText = {
  granted: 'Shown by the browser, also while this page is in the background.',
  default: 'Shown on this page only. Allow them to be told while you are elsewhere.',
  denied: 'Blocked in the browser’s settings for this site, so they are shown on this page only.',
  absent: 'This browser has none, so they are shown on this page only.',
};

export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const dispatch = useAppDispatch();
  const settings = useAppSelector((state) => state.settings);
  const [allowed, setAllowed] = useState(permission);
  return (
    <Dialog title="Settings" onClose={onClose}>
      <div className="form">
        <div className="setting">
          <span><b>Browser notifications</b><small>{permissionText[allowed]}</small></span>
          {allowed === 'default' && (
            <button type="button" className="primary" onClick={() => void askPermission().then(setAllowed)}>Allow</button>
          )}
        </div>
        {switches.map(({ key, name, text }) => (
          <label key={key} className="setting">
            <span><b>{name}</b><small>{text}</small></span>
            <input
              type="checkbox"
              role="switch"
              checked={settings[key]}
              onChange={(event) => dispatch(settingsChanged({ [key]: event.target.checked }))}
            />
          </label>
        ))}
      </div>
    </Dialog>
  );
}
