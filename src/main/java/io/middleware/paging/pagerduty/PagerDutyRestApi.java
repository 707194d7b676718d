package io.middleware.paging.pagerduty;

import java.util.List;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * PagerDuty's REST API v2, as far as we use it. Bodies come back as text: an error's body may be empty, HTML, or JSON of
 * several shapes.
 */
@Path("/")
@Produces(PagerDutyRestApi.VERSION_2)
@Consumes("application/json")
interface PagerDutyRestApi {
    /** Without it, the token's own default version would decide. */
    String VERSION_2 = "application/vnd.pagerduty+json;version=2";

    String AUTHORIZATION = "Authorization";
    String FROM = "From";

    /** Never sent: the one request with this method is taken back when its connection is open. */
    @OPTIONS
    Uni<RestResponse<String>> connectionOnly();

    @GET
    @Path("users/me")
    Uni<RestResponse<String>> me(@HeaderParam(AUTHORIZATION) String authorization);

    @GET
    @Path("services")
    Uni<RestResponse<String>> services(
            @HeaderParam(AUTHORIZATION) String authorization,
            @QueryParam("query") String query,
            @QueryParam("name") String name,
            @QueryParam("sort_by") String sortBy,
            @QueryParam("limit") int limit,
            @QueryParam("offset") int offset);

    @GET
    @Path("services/{id}")
    Uni<RestResponse<String>> service(@HeaderParam(AUTHORIZATION) String authorization, @PathParam("id") String id);

    @GET
    @Path("escalation_policies/{id}")
    Uni<RestResponse<String>> escalationPolicy(
            @HeaderParam(AUTHORIZATION) String authorization, @PathParam("id") String id);

    @GET
    @Path("incidents")
    Uni<RestResponse<String>> incidents(
            @HeaderParam(AUTHORIZATION) String authorization,
            @QueryParam("incident_key") String incidentKey,
            @QueryParam("service_ids[]") String serviceId,
            @QueryParam("statuses[]") List<String> statuses,
            @QueryParam("date_range") String dateRange,
            @QueryParam("sort_by") String sortBy,
            @QueryParam("limit") int limit);

    @GET
    @Path("incidents/{id}")
    Uni<RestResponse<String>> incident(@HeaderParam(AUTHORIZATION) String authorization, @PathParam("id") String id);

    @GET
    @Path("incidents/{id}/log_entries")
    Uni<RestResponse<String>> logEntries(
            @HeaderParam(AUTHORIZATION) String authorization,
            @PathParam("id") String incidentId,
            @QueryParam("is_overview") boolean overview,
            @QueryParam("include[]") String include,
            @QueryParam("limit") int limit);

    @GET
    @Path("oncalls")
    Uni<RestResponse<String>> onCalls(
            @HeaderParam(AUTHORIZATION) String authorization,
            @QueryParam("escalation_policy_ids[]") String escalationPolicyId,
            @QueryParam("earliest") boolean earliest,
            @QueryParam("limit") int limit,
            @QueryParam("offset") int offset);

    @GET
    @Path("maintenance_windows")
    Uni<RestResponse<String>> maintenanceWindows(
            @HeaderParam(AUTHORIZATION) String authorization,
            @QueryParam("service_ids[]") String serviceId,
            @QueryParam("filter") String filter,
            @QueryParam("limit") int limit,
            @QueryParam("offset") int offset);

    @POST
    @Path("incidents")
    Uni<RestResponse<String>> open(
            @HeaderParam(AUTHORIZATION) String authorization, @HeaderParam(FROM) String from, JsonNode body);

    @PUT
    @Path("incidents")
    Uni<RestResponse<String>> update(
            @HeaderParam(AUTHORIZATION) String authorization, @HeaderParam(FROM) String from, JsonNode body);
}
