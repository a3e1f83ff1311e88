using ChatOrleans.Errors;

namespace ChatOrleans.Grains.Users;

/// <summary>The profile as it is stored: the name, the epochs, and the mark that the feed is open, by which a crash is noticed.</summary>
public sealed partial class UserGrain
{
    private Task? _storingProfile;

    private string? EpochStored => _storedProfile.Epochs.IsEmpty ? null : _storedProfile.Epoch;

    /// <summary>Before the first cursor of this activation leaves: the mark by which a crash is noticed.</summary>
    private async ValueTask Opened()
    {
        await Loaded();
        // Also after a clean end: of a frozen activation nothing may come to be stored under the cursors that are given out now.
        await _log.TakeOver();
        if (!_profile.Open)
        {
            _profile = _profile with { Open = true };
        }

        if (!_storedProfile.Open || EpochStored != _profile.Epoch)
        {
            await StoreProfile();
        }
    }

    private void Remember(string? name)
    {
        if (name is not null && name != _profile.Name)
        {
            _profile = _profile with { Name = name };
            _ = StoreProfile();
        }
    }

    /// <summary>One write at a time; who comes meanwhile waits until theirs is in.</summary>
    private Task StoreProfile() => _storingProfile is { IsCompleted: false } running ? running : _storingProfile = StoreProfileUntilCurrent();

    private async Task StoreProfileUntilCurrent()
    {
        try
        {
            if (_storedProfile.Open && EpochStored != _profile.Epoch)
            {
                // The one before has ended without a word: it must not add to what the new epoch's base counts, nor have added to it since that
                // was read. Not before the first write: who only reads needs none, and a store may be full.
                await _log.TakeOver();
            }

            // A command may have changed it while it was written.
            while (!ReferenceEquals(_storedProfile, _profile))
            {
                var written = _profile;
                await _profiles.Write(written);
                _storedProfile = written;
            }
        }
        catch (Exception e)
        {
            Break(e);
            throw ChatException.Unavailable("The storage did not answer. Try again.");
        }
    }
}
