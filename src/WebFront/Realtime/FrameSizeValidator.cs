using System.Globalization;
using ChatOrleans.Grains;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>
/// A message that every limit allows must fit a frame, in UTF-8: one that does not fit ends its connection, and a client does not come
/// back. (One that writes each character as an escape needs twice that, and is up to its client.)
/// </summary>
internal sealed class FrameSizeValidator(IOptions<ChatLimits> limits) : IValidateOptions<RealtimeOptions>
{
    private const int MostBytesOfACharacter = 3;
    private const int Room = 1_024;

    public ValidateOptionsResult Validate(string? name, RealtimeOptions options)
    {
        var least = (MostBytesOfACharacter * limits.Value.TextLength) + limits.Value.MetaBytes + Room;
        return options.FrameBytes >= least
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(string.Create(CultureInfo.InvariantCulture,
                $"Realtime:FrameBytes is {options.FrameBytes}, but a message of Limits:TextLength ({limits.Value.TextLength}) characters with Limits:MetaBytes ({limits.Value.MetaBytes}) may need {least}. Set it to {least} or more, or lower these limits."));
    }
}
