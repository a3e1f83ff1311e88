using Microsoft.AspNetCore.SignalR;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What a client has to know to read what a hub sends: <c>events</c> has one argument, an array of frames.</summary>
internal sealed class EventsBinder : IInvocationBinder
{
    public IReadOnlyList<Type> GetParameterTypes(string methodName) => [typeof(object[])];

    public Type GetReturnType(string invocationId) => typeof(object);

    public Type GetStreamItemType(string streamId) => typeof(object);
}
