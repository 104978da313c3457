using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Pages.Views;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pages;

/// <summary>What waits for me, what I asked for, what I took part in.</summary>
internal static class InboxEndpoint
{
    private const int MostShown = 50;

    public static async Task ShowAsync(Visit visit)
    {
        if (await visit.SignIn.WhoAsync(visit.Context) is not { } person)
        {
            visit.ToLogin(LocalPath.Default);
            return;
        }

        var (waiting, mine, took) = (new InboxList(), new InboxList(), new InboxList());
        await foreach (var approval in visit.Get<IApprovalDesk>().ListAsync(visit.Aborted))
        {
            if (approval.Requester.Person == person.Person)
            {
                mine.Add(approval);
            }
            else if (Visibility.WaitsFor(person, approval))
            {
                waiting.Add(approval);
            }
            else if (approval.Votes.Any(vote => vote.Person == person.Person))
            {
                took.Add(approval);
            }
        }

        await visit.Pages.WriteAsync<InboxPage>(visit.Context, StatusCodes.Status200OK, new InboxView
        {
            Frame = new PageFrame("Approvals", person.DisplayName, visit.FormToken()),
            Now = visit.Get<TimeProvider>().GetUtcNow(),
            Waiting = waiting.Shown,
            WaitingLeftOut = waiting.LeftOut,
            Mine = mine.Shown,
            MineLeftOut = mine.LeftOut,
            TookPart = took.Shown,
            TookPartLeftOut = took.LeftOut,
        });
    }

    private sealed class InboxList
    {
        private readonly ImmutableArray<Approval>.Builder _shown = ImmutableArray.CreateBuilder<Approval>();

        public ImmutableArray<Approval> Shown => _shown.ToImmutable();

        public int LeftOut { get; private set; }

        public void Add(Approval approval)
        {
            if (_shown.Count < MostShown)
            {
                _shown.Add(approval);
            }
            else
            {
                LeftOut++;
            }
        }
    }
}
