using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace ChatOrleans.WebFront.Auth;

/// <summary>Public keys as PEM text, one block after the other.</summary>
internal static class PublicKeys
{
    private const string Label = "PUBLIC KEY";
    private const int LeastRsaBits = 2_048;

    /// <summary>What a key pair can sign. A symmetric algorithm is not among them: whoever has the public key could sign with it.</summary>
    public static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static bool TryRead(string pem, out string why)
    {
        try
        {
            why = "";
            _ = Read(pem);
            return true;
        }
        catch (CryptographicException unreadable)
        {
            why = unreadable.Message;
            return false;
        }
    }

    /// <exception cref="CryptographicException">It holds no key, or one that is none or too short.</exception>
    public static IReadOnlyList<SecurityKey> Read(string pem)
    {
        List<SecurityKey> keys = [];
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var found))
        {
            // A private key has no business here, and would be taken for one that is public.
            keys.Add(rest[found.Label].SequenceEqual(Label)
                ? Read(rest[found.Location])
                : throw new CryptographicException($"it has a block that is no {Label}."));
            rest = rest[found.Location.End..];
        }

        return keys.Count > 0 ? keys : throw new CryptographicException("it has no PEM block.");
    }

    private static AsymmetricSecurityKey Read(ReadOnlySpan<char> block)
    {
        try
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(block);
            return new ECDsaSecurityKey(curve);
        }
        catch (CryptographicException)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(block);
            return rsa.KeySize >= LeastRsaBits ? new RsaSecurityKey(rsa) : throw new CryptographicException("its RSA key is shorter than 2,048 bits.");
        }
    }
}
