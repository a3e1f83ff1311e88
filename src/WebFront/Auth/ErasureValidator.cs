using System.Globalization;
using ChatOrleans.Grains.Hosting;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Auth;

/// <summary>
/// An erasure waits until every front knows that the user's tokens are revoked. One that goes by what it knows for longer would take a
/// message of theirs after their messages were gone through. In Development, where tests do not wait, nobody minds.
/// It looks at this process's own wait; every member is to have the same.
/// </summary>
internal sealed class ErasureValidator(IOptions<GrainTiming> timing, IHostEnvironment environment) : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options) =>
        options.RevocationAge <= timing.Value.ErasureGrace || environment.IsDevelopment()
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(string.Create(CultureInfo.InvariantCulture,
                $"Grains:ErasureGrace is {timing.Value.ErasureGrace}, less than Auth:RevocationAge ({options.RevocationAge}): what is posted meanwhile would outlast an erasure. Set it to {options.RevocationAge} or more, or lower Auth:RevocationAge."));
}
