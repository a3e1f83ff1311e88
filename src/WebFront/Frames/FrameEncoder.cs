namespace ChatOrleans.WebFront.Frames;

/// <summary>Turns an object of the contract into bytes.</summary>
public static class FrameEncoder
{
    public static void Write<TObject>(FrameBuffer buffer, in TObject value, FrameEncoding encoding = FrameEncoding.Json)
        where TObject : IFrameObject
    {
        if (encoding == FrameEncoding.Json)
        {
            var writer = new JsonFrameWriter(buffer);
            value.Write(ref writer);
        }
        else
        {
            var writer = new MessagePackFrameWriter(buffer);
            value.Write(ref writer);
        }
    }

    public static byte[] Encode<TObject>(in TObject value, FrameEncoding encoding = FrameEncoding.Json)
        where TObject : IFrameObject
    {
        using var buffer = new FrameBuffer();
        Write(buffer, value, encoding);
        return buffer.WrittenSpan.ToArray();
    }
}
